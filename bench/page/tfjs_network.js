// The network in tfjs's own operations, on its wasm backend with SIMD and one thread. A plain script, so that both a
// page and a worker can load it. Operations instead of a layers model: nothing else in tfjs is faster or smaller.

/** Downloads the weights, and resolves to `film tensor [1, 128, 128, 3] → probability tensor`. */
async function loadNetwork() { // eslint-disable-line no-unused-vars
  // On a cross-origin isolated page, tfjs would take its multi-threaded build, which is no faster with one thread.
  tf.env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
  tf.wasm.setWasmPaths("/peers/@tensorflow/tfjs-backend-wasm/dist/");
  tf.wasm.setThreadsCount(1);
  const [, description, weights] = await Promise.all([
    tf.setBackend("wasm").then(() => tf.ready()),
    fetch("/made/network.json").then((response) => response.json()),
    fetch("/made/network.bin").then((response) => response.arrayBuffer()),
  ]);
  const tensors = readTensors(description, weights);
  return (film) => tf.tidy(() => forward(tensors, film));
}

function readTensors(description, weights) {
  const types = { float32: Float32Array, float16: globalThis.Float16Array };
  const found = {};
  let offset = 0;
  for (const [name, type, shape] of description) {
    const values = new types[type](weights, offset, shape.reduce((product, side) => product * side, 1));
    offset += values.byteLength;
    found[name] = tf.tensor(Float32Array.from(values), shape);
  }
  return found;
}

function forward(tensors, film) {
  let data = film;
  for (let stage = 1; stage <= 7; stage++) {
    const [filter, bias] = [tensors[`conv${stage}.weight`], tensors[`conv${stage}.bias`]];
    data = tf.fused.conv2d({ x: data, filter, strides: 1, pad: "same", bias, activation: "relu" });
    data = tf.maxPool(data, 2, 2, "valid");
    if (stage > 1) {
      const [scale, offset, mean, variance] = ["weight", "bias", "running_mean", "running_var"].map(
        (part) => tensors[`bn${stage}.${part}`],
      );
      data = tf.batchNorm(data, mean, variance, offset, scale, 1e-3);
    }
  }
  data = tf.reshape(data, [1, 32]);
  for (let layer = 1; layer <= 3; layer++) {
    const [b, bias] = [tensors[`fc${layer}.weight`], tensors[`fc${layer}.bias`]];
    data = tf.fused.matMul({ a: data, b, bias, activation: layer < 3 ? "relu" : "sigmoid" });
  }
  return data;
}
