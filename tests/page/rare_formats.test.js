// Films that are neither PNG nor JPEG: read by a program for all formats, which does not delay a first film.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, test } from "node:test";
import { assertNative, samples } from "./films.js";
import { assertCount, onOneCore, open } from "./visit.js";

const FILMS = fileURLToPath(new URL("../golden/films/", import.meta.url));
const film = (name) => join(FILMS, name);
const RARE = ["rgb8_lossless.webp", "rgb8.bmp", "palette.gif", "grey8.tiff", "grey16_lzw.tiff"].map(film);

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => {
  fixture.site.answers.clear();
  return visit?.end();
});

test("films of mixed formats get the native program's answers, without a request", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = visit.requests.length;
  const films = [film("grey16.png"), ...RARE, film("rgb8_turned.jpeg")];
  await visit.choose(films);
  await assertNative(visit, films);
  assert.deepEqual(visit.requests.slice(before).filter((url) => url.startsWith("http")), []);
});

test("the first film that needs it has its worker replaced by one that reads all formats, which reads on", async () => {
  visit = await fixture.visit({ prepare: onOneCore });
  await visit.loaded();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  const worker = () => {
    const workers = visit.page.workers();
    assert.equal(workers.length, 1);
    return workers[0];
  };
  const first = worker();
  await visit.choose(RARE[0]);
  await visit.answer(RARE[0]);
  const second = worker();
  assert.notEqual(second, first);
  await visit.choose([RARE[1], samples[1]]);
  await visit.answer(RARE[1]);
  await visit.answer(samples[1]);
  assert.equal(worker(), second);
  await assertCount(visit.id("restarted"), 0);
});

test("a damaged film of a rare format gets a sentence that names its format", async () => {
  visit = await fixture.visit();
  const whole = await readFile(film("grey16_lzw.tiff"));
  const half = whole.subarray(0, whole.length / 2);
  await visit.choose({ name: "half.tiff", mimeType: "image/tiff", buffer: half });
  assert.match(await visit.error("half.tiff"), /This TIFF file is damaged or incomplete/);
});

test("a reader of all formats that crashes on a film loses only that film", async () => {
  visit = await fixture.visit({ prepare: onOneCore });
  await visit.loaded();
  await visit.choose(RARE[0]);
  await visit.answer(RARE[0]);
  await visit.page.workers()[0].evaluate(() => {
    self.onmessage = () => setTimeout(() => { throw new Error("crash") });
  });
  await visit.choose(RARE[1]);
  assert.match(await visit.error(RARE[1]), /The reader stopped on this film/);
  await visit.choose([RARE[2], samples[0]]);
  await visit.answer(RARE[2]);
  await visit.answer(samples[0]);
  assert.match(await visit.id("restarted").textContent(), /started again\.$/);
});

test("where the reader of all formats does not arrive, other films are read, and the next film that needs it asks for it again", async () => {
  fixture.site.answers.set("worker-all-formats_bg.wasm", (response) => response.writeHead(503).end());
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.choose([RARE[0], samples[0]]);
  assert.match(await visit.error(RARE[0]), /worker-all-formats_bg\.wasm could not be loaded: the server answered 503/);
  await visit.answer(samples[0]);
  fixture.site.answers.clear();
  await visit.choose(RARE[1]);
  await visit.answer(RARE[1]);
});
