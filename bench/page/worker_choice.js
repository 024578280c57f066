// Which of the product's workers the page would start, kept in this one place.

// A module with one function that uses a relaxed operation on vectors: valid only where WebAssembly has relaxed SIMD.
const RELAXED_SIMD_MODULE = new Uint8Array([
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15,
  253, 128, 2, 11,
]);

/** Of the workers in the built site, the name of the one that the page starts in this browser. */
export function chosenWorker(workers) {
  return workers.includes("worker-relaxed") && WebAssembly.validate(RELAXED_SIMD_MODULE) ? "worker-relaxed" : "worker";
}
