// Appended to wasm-bindgen's script for the worker. The page sends the compiled program as its first message,
// so that starting a worker (again) needs no request.
self.onmessage = ({ data }) => {
  self.onmessage = null;
  wasm_bindgen.initSync({ module: data });
};
