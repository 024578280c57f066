// Starts the page's program. A separate file because the Content-Security-Policy forbids inline scripts.

// Feature tests: modules with one function that uses a 128-bit vector, valid only if WebAssembly supports what it uses.
const SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
]);
// `f32x4.relaxed_madd` of three zeros.
const RELAXED_SIMD = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 19, 1, 17, 0,
  65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11,
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

// Crashes of the page's own program; the page itself handles those of its workers.
window.addEventListener("error", ({ error }) => {
  if (error instanceof WebAssembly.RuntimeError) {
    tell("The page's program stopped because of an internal error. Reload the page to go on.");
  }
});

// Where the page's files come from. standalone.html contains its own: site/carried.js.
const source = globalThis.carried ?? {
  /** Opens the page. */
  async open() {
    const { default: init } = await import(document.getElementById("page-script").href);
    return init({ module_or_path: document.getElementById("page-wasm").href });
  },
  // These files have no hash in their names, so a cached copy may be older than the page: revalidate it.
  file: (path) => fetch(path, { cache: "no-cache" }),
};

/**
 * Requests the files that reading needs, in parallel with the page's program, which takes over the responses:
 * src/ui/workers/download.rs.
 */
function askForReader() {
  // Relaxed SIMD multiplies and adds in one instruction. A browser without it (Safari, older versions of others)
  // rejects a whole program because of one such instruction.
  const worker = WebAssembly.validate(RELAXED_SIMD) ? "worker-relaxed" : "worker";
  const readerFiles = [`${worker}.js`, `${worker}_bg.wasm`, "pneumonia-cnn.safetensors"];
  const asked = new Map(readerFiles.map((path) => [path, source.file(path)]));
  // The page reports a failure when it takes the response.
  for (const answer of asked.values()) answer.catch(() => {});

  globalThis.pageFiles = {
    reader: readerFiles,
    /** The response to the first request, or to a new one when the page tries again. */
    fetch(path) {
      const answer = asked.get(path) ?? source.file(path);
      asked.delete(path);
      return answer;
    },
  };
}

async function start() {
  if (typeof WebAssembly !== "object" || !WebAssembly.validate(SIMD)) {
    tell("This browser cannot run the program that reads X-rays: it lacks WebAssembly with SIMD. "
      + "Use a current Chrome, Edge, Firefox or Safari (16.4 or later).");
    return;
  }
  askForReader();
  try {
    await source.open();
  } catch (error) {
    console.error(error);
    tell("The page's program could not be loaded. Check the connection and reload the page.");
  }
}

start();
