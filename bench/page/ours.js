// The product's worker, started and queried as in src/ui/workers/link.rs.

// In place of src/worker/bootstrap.js: does the same, and reports the size of the program's memory when asked.
const BOOTSTRAP = `
self.onmessage = ({ data: { module, memory } }) => {
  self.onmessage = null;
  const program = wasm_bindgen.initSync({ module });
  memory.onmessage = () => memory.postMessage(program.memory.buffer.byteLength);
};`;

export class Ours {
  /** Starts the worker of this name from the built site at `site`, and gives it the weights. */
  static async start(site, name) {
    const [script, wasm, weights] = await Promise.all(
      [`${name}.js`, `${name}_bg.wasm`, "pneumonia-cnn.safetensors"].map((file) => download(site + file)),
    );
    const url = URL.createObjectURL(new Blob([script, BOOTSTRAP], { type: "text/javascript" }));
    const module = await WebAssembly.compile(wasm);
    const ours = new Ours();
    ours.worker = new Worker(url);
    const { port1, port2 } = new MessageChannel();
    ours.memory = port1;
    ours.worker.postMessage({ module, memory: port2 }, [port2]);
    await ours.#ask({ Weights: new Uint8Array(weights) }, (answer) => "Prepared" in answer);
    return ours;
  }

  /** The worker's answer for a film's file, with the picture for a card, and how long the page waited for it. */
  async read(file) {
    const start = performance.now();
    const { Read } = await this.#ask({ Read: { file, side: 1024 } }, (answer) => "Read" in answer);
    return { ...Read.reading, seen: Read.pictures.network_input, roundTrip: performance.now() - start };
  }

  /** Size of the program's memory, in bytes. */
  memorySize() {
    return new Promise((resolve) => {
      this.memory.onmessage = ({ data }) => resolve(data);
      this.memory.postMessage("size?");
    });
  }

  #ask(message, isAnswer) {
    return new Promise((resolve, reject) => {
      this.worker.onerror = (event) => reject(new Error(`the worker stopped: ${event.message}`));
      this.worker.onmessage = ({ data }) => {
        if (isAnswer(data)) resolve(data);
        else reject(new Error(`the worker said ${JSON.stringify(data)}`));
      };
      this.worker.postMessage(message);
    });
  }
}

async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return response.arrayBuffer();
}
