// onnxruntime-web in a module worker: WebAssembly, one thread, all graph optimisations.

import * as ort from "/peers/onnxruntime-web/dist/ort.wasm.min.mjs";

ort.env.wasm.numThreads = 1;
ort.env.wasm.wasmPaths = "/peers/onnxruntime-web/dist/";

// "network", or "network-folded" with one input channel.
const model = new URLSearchParams(location.search).get("model");
const channels = model === "network-folded" ? 1 : 3;
let session;

// Otherwise a failure below would go unnoticed.
self.addEventListener("unhandledrejection", ({ reason }) => { throw reason; });

self.onmessage = async ({ data: { prepare, grey } }) => {
  if (prepare) {
    session = await ort.InferenceSession.create(`/made/${model}.onnx`, {
      executionProviders: ["wasm"],
      graphOptimizationLevel: "all",
    });
    self.postMessage("ready");
    return;
  }
  const film = new ort.Tensor("float32", equalPlanes(grey), [1, channels, 128, 128]);
  const start = performance.now();
  const probability = (await session.run({ film })).probability.data[0];
  self.postMessage({ probability, milliseconds: performance.now() - start });
};

/** Grey bytes as identical planes of values from 0 to 1, one for each channel. */
function equalPlanes(grey) {
  const values = new Float32Array(channels * grey.length);
  for (let channel = 0; channel < channels; channel++) {
    for (let at = 0; at < grey.length; at++) values[channel * grey.length + at] = grey[at] / 255;
  }
  return values;
}
