// tfjs in a worker, like onnxruntime-web and the product.

importScripts(
  "/peers/@tensorflow/tfjs-core/dist/tf-core.min.js",
  "/peers/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.min.js",
  "/page/tfjs_network.js",
);

let network;

// Otherwise a failure below would go unnoticed.
self.addEventListener("unhandledrejection", ({ reason }) => { throw reason; });

self.onmessage = async ({ data: { prepare, grey } }) => {
  if (prepare) {
    network = await loadNetwork();
    self.postMessage("ready");
    return;
  }
  const values = Float32Array.from(grey, (value) => value / 255);
  const film = tf.tidy(() => tf.tile(tf.tensor(values, [1, 128, 128, 1]), [1, 1, 1, 3]));
  film.dataSync();
  const start = performance.now();
  const answer = network(film);
  const [probability] = await answer.data();
  self.postMessage({ probability, milliseconds: performance.now() - start });
  film.dispose();
  answer.dispose();
};
