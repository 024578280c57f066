// Another weights file in place of the shipped one, and why one does not fit.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { nativeReadings, samples } from "./films.js";
import { project } from "./site.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const other = join(project, "model/original.safetensors");
const films = [samples[0], samples[9], samples[5]];

test("films are read again by the weights that were chosen, as the native program reads them, and back", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  await visit.choose(films);
  const shipped = [];
  for (const film of films) shipped.push((await visit.answer(film)).probability);
  const identity = visit.card(films[0]).getByTestId("model-identity");
  const hash = await identity.getAttribute("data-value");
  const requests = visit.requests.filter((url) => url.startsWith("http")).length;

  await visit.id("weights-input").setInputFiles(other);
  await visit.page.waitForSelector("[data-testid=shipped-weights]");
  const native = nativeReadings(films, other);
  for (const [at, film] of films.entries()) {
    const { probability } = await visit.answer(film);
    const expected = native.get(basename(film)).probability;
    assert.ok(Math.abs(probability - expected) < 1e-4, `${film}: ${probability}, natively ${expected}`);
    assert.ok(Math.abs(probability - shipped[at]) > 1e-4, "the same network");
  }
  assert.notEqual(await identity.getAttribute("data-value"), hash, "the answer names the other network");
  assert.match(await visit.id("weights-source").textContent(), /original\.safetensors/);
  assert.match(await visit.id("announcement").textContent(), /network is now that of original\.safetensors/);

  await visit.id("shipped-weights").click();
  await visit.page.waitForFunction((hash) => document.querySelector("[data-testid=result] [data-testid=model-identity]")?.dataset.value === hash, hash);
  for (const [at, film] of films.entries()) assert.equal((await visit.answer(film)).probability, shipped[at], film);
  assert.equal(visit.requests.filter((url) => url.startsWith("http")).length, requests, "asked for something");
});

test("a dropped weights file is used, and no film", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  const transfer = await visit.page.evaluateHandle((bytes) => {
    const transfer = new DataTransfer();
    transfer.items.add(new File([new Uint8Array(bytes)], "other.safetensors"));
    return transfer;
  }, [...readFileSync(other)]);
  await visit.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await visit.page.waitForSelector("[data-testid=shipped-weights]");
  assert.match(await visit.id("weights-source").textContent(), /other\.safetensors/);
  await assertCount(visit.id("result"), 0);
});

test("a file that does not fit is explained tensor by tensor, and the network in use stays", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  const { probability } = await visit.answer(samples[0]);
  await visit.id("weights-input").setInputFiles({ name: "strange.safetensors", mimeType: "", buffer: strange() });
  const refused = visit.id("weights-refused");
  await refused.waitFor();
  const told = await refused.locator("li").allTextContents();
  const faults = [
    /no tensor `conv1\.bias`.*\[32\]/,
    /a tensor `conv1\.other` that this network does not have/,
    /`fc2\.weight` of the weights file has shape \[64, 256\]; this network needs \[128, 128\]/,
    /`fc3\.bias` of the weights file has type I32/,
  ];
  for (const fault of faults) assert.ok(told.some((sentence) => fault.test(sentence)), `${fault} in ${told.join("\n")}`);
  assert.equal(told.length, faults.length);
  assert.match(await visit.id("announcement").textContent(), /strange\.safetensors can't be used/);
  await assertCount(visit.id("shipped-weights"), 0);
  await visit.choose(samples[1]);
  await visit.answer(samples[1]);
  assert.equal((await visit.answer(samples[0])).probability, probability);
});

test("other files are rejected with a message", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  for (const [buffer, reason] of [
    [Buffer.from("Dear colleague"), /not a valid safetensors file/],
    [Buffer.alloc(5_000_000), /5 MB/],
  ]) {
    await visit.id("weights-input").setInputFiles({ name: "letter.safetensors", mimeType: "", buffer });
    await visit.page.waitForFunction(
      (source) => new RegExp(source).test(document.querySelector("[data-testid=weights-refused]")?.textContent),
      reason.source,
    );
  }
  assert.equal(await visit.id("status").getAttribute("data-phase"), "ready");
});

/** The other weights with one tensor renamed, one of another shape, and one of another type. */
function strange() {
  const file = readFileSync(other);
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.subarray(8, 8 + length));
  header["conv1.other"] = header["conv1.bias"];
  delete header["conv1.bias"];
  header["fc2.weight"].shape = [64, 256];
  header["fc3.bias"].dtype = "I32";
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([size, text, file.subarray(8 + length)]);
}
