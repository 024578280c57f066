// In standalone.html only: provides its embedded files to src/ui/workers/start.js. The page's wasm-bindgen script,
// which follows this one, sets `program`.
globalThis.carried = {
  /** Opens the page. */
  open() {
    return this.program({ module_or_path: unpack(document.getElementById("page-wasm")) });
  },

  /** The response that a server would give. */
  async file(path) {
    const element = document.querySelector(`script[data-path="${path}"]`);
    return element ? unpack(element) : new Response(null, { status: 404 });
  },
};

function unpack(element) {
  const packed = Uint8Array.from(atob(element.textContent), (character) => character.charCodeAt(0));
  const content = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(content, { headers: { "content-type": element.type } });
}
