// Faults do no harm: wrong files, a reader that dies, weights that do not arrive.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { assertCount, onOneCore, open } from "./visit.js";

const WEIGHTS = "pneumonia-cnn.safetensors";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(async () => {
  fixture.site.answers.clear();
  await visit?.end();
});

const film = samples[0];
const wrong = (name, buffer) => ({ name, mimeType: "image/png", buffer });

const WRONG_FILES = [
  { what: "a letter", file: async () => wrong("letter.png", Buffer.from("Dear colleague,\nthank you.")), says: /not a picture/ },
  { what: "an empty file", file: async () => wrong("empty.png", Buffer.alloc(0)), says: /empty/ },
  {
    what: "half a JPEG",
    file: async () => wrong("half.jpeg", (await readFile(film)).subarray(0, 40_000)),
    says: /damaged or incomplete/,
  },
  {
    what: "a PNG that claims 60,000 × 60,000 pixels",
    file: async () => wrong("huge.png", pngHeader(60_000, 60_000)),
    says: /60000 × 60000 pixels/,
  },
];

for (const { what, file, says } of WRONG_FILES) {
  test(`${what} gets a sentence that says what is wrong and what to do, and the next film is read`, async () => {
    visit = await fixture.visit();
    const bad = await file();
    await visit.choose(bad);
    const sentence = await visit.error(bad.name);
    assert.match(sentence, says);
    assert.match(sentence, /\. .+\.$/, "a second sentence says what to do");
    await visit.choose(film);
    await visit.answer(film);
    await assertCount(visit.id("restarted"), 0, "the reader did not die of it");
  });
}

test("a file of 200 MB is refused before it is read, and the next film is read", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  const [worker] = visit.page.workers();
  await worker.evaluate(() => {
    self.largest = 0;
    const { readAsArrayBuffer } = FileReaderSync.prototype;
    FileReaderSync.prototype.readAsArrayBuffer = function (part) {
      self.largest = Math.max(self.largest, part.size);
      return readAsArrayBuffer.call(this, part);
    };
  });
  // Made in the page: sending the file's bytes there would take long.
  await visit.page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(200e6)], "scan.tiff"));
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  assert.match(await visit.error("scan.tiff"), /200 MB; the limit is 100 MB/);
  assert.equal(await worker.evaluate(() => self.largest), 0);
  await visit.choose(film);
  await visit.answer(film);
  assert.ok((await worker.evaluate(() => self.largest)) > 0, "this is how the worker reads");
});

test("wrong files among good ones do not stop the good ones", async () => {
  visit = await fixture.visit();
  const letter = wrong("letter.png", Buffer.from("Dear colleague"));
  const good = { name: basename(film), mimeType: "image/jpeg", buffer: await readFile(film) };
  await visit.choose([letter, good, wrong("empty.png", Buffer.alloc(0))]);
  await visit.error("letter.png");
  await visit.error("empty.png");
  await visit.answer(film);
});

test("a reader that crashes is started again without a request, the page says so, and the next film is read", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = visit.requests.length;
  await visit.page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("crash") }));
  await visit.id("restarted").waitFor();
  assert.match(await visit.id("status").textContent(), /stopped unexpectedly and was started again/);
  await visit.choose(film);
  await visit.answer(film);
  assert.deepEqual(httpOf(visit.requests.slice(before)), []);
});

test("a reader that crashes on a film gives that film a sentence, and the films behind it are read", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  // Replaces the worker's listener, so that it crashes while the film is being read.
  await visit.page.workers()[0].evaluate(() => {
    self.onmessage = () => setTimeout(() => { throw new Error("crash") });
  });
  await visit.choose(samples.slice(0, 3));
  assert.match(await visit.error(samples[0]), /The reader stopped on this film/);
  await visit.answer(samples[1]);
  await visit.answer(samples[2]);
  await visit.id("restarted").waitFor();
});

test("a reader that hangs on a film is given up after a minute, and the film behind it is read", async () => {
  visit = await fixture.visit({ clock: true, prepare: onOneCore });
  await visit.phase("ready");
  await visit.page.workers()[0].evaluate(() => { self.onmessage = null; });
  await visit.choose(samples.slice(0, 2));
  await visit.card(samples[0]).getByText("Reading…").waitFor();
  await visit.page.clock.fastForward(50_000);
  await assertCount(visit.id("error"), 0, "it is not given up early");
  await visit.page.clock.fastForward(11_000);
  assert.match(await visit.error(samples[0]), /The reader stopped on this film/);
  await visit.answer(samples[1]);
});

test("a reader that dies again and again is given up with a message, not restarted forever", async () => {
  fixture.site.answers.set("worker-relaxed.js", (response) => response.end("throw new Error('no worker here')"));
  visit = await fixture.visit();
  await visit.phase("failed");
  assert.match(await visit.id("error").textContent(), /stopped several times/);
  fixture.site.answers.clear();
  await visit.id("retry").click();
  await visit.choose(film);
  await visit.answer(film);
});

const WRONG_WEIGHTS = [
  {
    what: "missing weights",
    answer: (response) => response.writeHead(404).end("not found"),
    says: /could not be loaded: the server answered 404/,
  },
  {
    what: "weights that break off",
    answer: (response) => {
      response.writeHead(200, { "content-length": 300_000 });
      response.write("half");
      setTimeout(() => response.destroy(), 100);
    },
    says: /could not be loaded: the connection failed/,
  },
  { what: "an invalid weights file", answer: (response) => response.end("<html></html>"), says: /weights file/ },
];

for (const { what, answer, says } of WRONG_WEIGHTS) {
  test(`${what} are an error that can be tried again`, async () => {
    fixture.site.answers.set(WEIGHTS, answer);
    visit = await fixture.visit();
    await visit.choose(film);
    await visit.phase("failed");
    assert.match(await visit.id("error").textContent(), says);
    await visit.id("retry").click();
    await visit.phase("failed");
    fixture.site.answers.clear();
    await visit.id("retry").click();
    await visit.answer(film);
    await assertCount(visit.id("error"), 0);
  });
}

test("a browser without SIMD is told so", async () => {
  const prepare = (page) => page.addInitScript(() => { WebAssembly.validate = () => false; });
  visit = await fixture.visit({ prepare });
  assert.match(await visit.id("error").textContent(), /lacks WebAssembly with SIMD/);
});

const httpOf = (urls) => urls.filter((url) => url.startsWith("http"));

/** A small PNG whose header claims this size. */
function pngHeader(width, height) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 0, 0, 0, 0], 8);
  const chunks = [["IHDR", header], ["IDAT", Buffer.from("789c6300010000050001", "hex")], ["IEND", Buffer.alloc(0)]];
  return Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), ...chunks.map(([type, data]) => pngChunk(type, data))]);
}

function pngChunk(type, data) {
  const body = Buffer.concat([Buffer.from(type), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

/** The checksum of PNG chunks (PNG specification, annex D). */
function crc32(bytes) {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  }
  return (crc ^ 0xffffffff) >>> 0;
}
