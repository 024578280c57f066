// What a first visit downloads.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { samples } from "./films.js";
import { dist } from "./site.js";
import { open } from "./visit.js";

/** Kilobytes (1,000 bytes) as a static host sends them, compressed by brotli. */
const BUDGET = 481;

/**
 * Everything that an answer does not need: the deferred parts, the sample films, the reader of other formats, and the
 * files for installing the page.
 */
const LATER = /^deferred|\.jpeg$|^worker-all-formats|^service-worker|\.webmanifest$|\.png$/;

let fixture;
before(async () => {
  fixture = await open();
});
after(() => fixture.close());

test(`what a first visit downloads until it can read a film stays within ${BUDGET} KB`, async (t) => {
  const visit = await fixture.visit();
  await visit.loaded();
  const fetched = visit.requests.filter((url) => url.startsWith("http"));
  const files = new Set(fetched.map((url) => basename(new URL(url).pathname.replace(/\/$/, "/index.html"))));
  // The rest is loaded once the reader is ready; nobody waits for it, as the next test shows.
  const needed = [...files].filter((name) => !LATER.test(name));
  await visit.end();
  assert.ok(needed.some((name) => name.endsWith(".safetensors")), "the weights are among them");
  const weights = needed.map((name) => [name, compressed(name)]).sort((a, b) => b[1] - a[1]);
  for (const [name, bytes] of weights) t.diagnostic(`${(bytes / 1000).toFixed(1).padStart(6)} KB  ${name}`);
  const total = weights.reduce((sum, [, bytes]) => sum + bytes, 0) / 1000;
  assert.ok(total <= BUDGET, `it downloads ${total.toFixed(1)} KB`);
});

test("a PNG and a JPEG are read without what is loaded later", async () => {
  const prepare = (page) => page.route((url) => LATER.test(basename(url.pathname)), (route) => route.abort());
  const visit = await fixture.visit({ prepare });
  for (const film of [samples[0], fileURLToPath(new URL("../golden/films/grey8.png", import.meta.url))]) {
    await visit.choose(film);
    await visit.answer(film);
  }
  await visit.end();
});

function compressed(name) {
  const bytes = readFileSync(join(dist, name));
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  return brotliCompressSync(bytes, { params }).length;
}
