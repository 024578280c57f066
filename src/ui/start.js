// Starts the page's program. A file of its own because the Content-Security-Policy forbids inline scripts.

// A module with one function that uses a 128-bit vector: valid only where WebAssembly has SIMD.
const SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);

function tell(sentence) {
  const place = document.getElementById("before-start") ?? document.body.insertBefore(
    document.createElement("p"), document.body.firstChild,
  );
  place.id = place.className = "before-start";
  place.setAttribute("role", "alert");
  place.dataset.testid = "error";
  place.textContent = sentence;
}

// A fault of the program in the page itself; the worker's are seen by the page.
window.addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    tell("The page's program stopped by a fault of its own. Reload the page to go on.");
  }
});

async function start() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD_MODULE)) {
    tell("This browser cannot run the program that reads X-rays: it lacks WebAssembly with SIMD. "
      + "Use a current Chrome, Edge, Firefox or Safari (16.4 or later).");
    return;
  }
  try {
    const { default: init } = await import(document.getElementById("page-script").href);
    await init({ module_or_path: document.getElementById("page-wasm").href });
  } catch (error) {
    console.error(error);
    tell("The page's program could not be loaded. Check the connection and reload the page.");
  }
}

start();
