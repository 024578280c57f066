// Of the worker's two builds for PNG and JPEG, a browser loads only the one that it runs fastest.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { assertNative, samples } from "./films.js";
import { open } from "./visit.js";

const PLAIN = ["worker.js", "worker_bg.wasm"];
const RELAXED = ["worker-relaxed.js", "worker-relaxed_bg.wasm"];

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("a browser with relaxed SIMD loads the worker that uses it, and gives the native answers", async () => {
  visit = await fixture.visit();
  await visit.choose(samples);
  await assertNative(visit, samples);
  assert.deepEqual(workerFiles(), RELAXED);
});

test("a browser without relaxed SIMD loads the plain worker, and gives the native answers", async () => {
  visit = await fixture.visit({ prepare: (page) => page.addInitScript(forgetRelaxedSimd) });
  await visit.choose(samples);
  await assertNative(visit, samples);
  assert.deepEqual(workerFiles(), PLAIN);
});

/**
 * The files of these builds that the page loaded, each once: the service worker takes them from the browser's cache
 * again.
 */
function workerFiles() {
  const files = visit.requests.filter((url) => url.startsWith("http")).map((url) => new URL(url).pathname.split("/").pop());
  return [...new Set(files)].filter((file) => /^worker(-relaxed)?[._]/.test(file)).sort();
}

/** Makes the browser reject every module with `f32x4.relaxed_madd`. */
function forgetRelaxedSimd() {
  const { validate } = WebAssembly;
  WebAssembly.validate = (module) => {
    const relaxed = [...module].some((byte, at) => byte === 0xfd && module[at + 1] === 0x85 && module[at + 2] === 0x02);
    return !relaxed && validate(module);
  };
}
