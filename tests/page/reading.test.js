// Films can be added in every supported way, and each becomes a card with its answer.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { dist } from "./site.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("several films stand in the order of their choice, and a new choice stands above the old one", async () => {
  visit = await fixture.visit();
  const [first, second, third, later] = samples.toReversed();
  await visit.choose([first, second, third]);
  await visit.answer(third);
  await visit.choose(later);
  await visit.answer(later);
  const order = await visit.id("result").evaluateAll((cards) => cards.map((card) => card.dataset.file));
  assert.deepEqual(order, [later, first, second, third].map((film) => basename(film)));
  const newest = await visit.id("probability").first().getAttribute("data-value");
  assert.equal(Number(newest), (await visit.answer(later)).probability);
});

test("films chosen before the reader is ready are read when it is", async () => {
  let release;
  const held = new Promise((resolve) => (release = resolve));
  const weights = await readFile(join(dist, "pneumonia-cnn.safetensors"));
  fixture.site.answers.set("pneumonia-cnn.safetensors", async (response) => {
    await held;
    response.end(weights);
  });
  try {
    visit = await fixture.visit();
    await visit.choose(samples[0]);
    assert.match(await visit.card(samples[0]).textContent(), /waiting/i);
    release();
    assert.ok((await visit.answer(samples[0])).probability >= 0);
  } finally {
    fixture.site.answers.clear();
  }
});

test("a dropped film is read", async () => {
  visit = await fixture.visit();
  const transfer = await transferOf(samples[3]);
  await visit.page.dispatchEvent("body", "dragover", { dataTransfer: transfer });
  await visit.page.waitForSelector(".drop-overlay.visible");
  await visit.page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await visit.answer(samples[3]);
  await assertCount(visit.page.locator(".drop-overlay.visible"), 0);
});

test("a pasted film is read", async () => {
  visit = await fixture.visit();
  const transfer = await transferOf(samples[4]);
  await transfer.evaluate((clipboardData) =>
    document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true })),
  );
  await visit.answer(samples[4]);
});

test("a sample film is read at a click, and its label stands beside the answer", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const sample = visit.page.getByRole("button", { name: "Sample 9, labelled pneumonia" });
  const file = await sample.getAttribute("data-file");
  await sample.click();
  await visit.answer(file);
  assert.match(await visit.card(file).textContent(), /Labelled pneumonia/);
});

test("the card shows the film and what the network saw", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  const look = (testid) =>
    visit.id(testid).evaluate((canvas) => {
      const { width, height } = canvas;
      const pixels = canvas.getContext("2d").getImageData(0, 0, width, height).data;
      const grey = pixels.filter((_, index) => index % 4 === 0);
      const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
      const shown = canvas.getBoundingClientRect();
      return { width, height, mean, ratio: shown.width / shown.height, shown: shown.width };
    });
  // The viewer replaces the initial picture.
  await visit.id("heat-map-toggle").waitFor();
  const picture = await look("picture");
  const input = await look("network-input");
  assert.deepEqual([input.width, input.height], [128, 128]);
  // The film has 1776 × 1416 pixels.
  assert.equal(picture.width, Math.round(picture.shown), "as many pixels as the screen has there");
  assert.ok(Math.abs(picture.ratio - 1776 / 1416) < 0.01, `shown at ${picture.ratio}`);
  assert.ok(picture.mean > 40 && picture.mean < 200, `mean grey ${picture.mean}`);
  assert.ok(Math.abs(picture.mean - input.mean) < 2, `${picture.mean} and ${input.mean}`);
  assert.match(await visit.card(samples[0]).textContent(), /1776 × 1416/);
});

test("a film can be removed, alone or with all others", async () => {
  visit = await fixture.visit();
  await visit.choose(samples.slice(0, 3));
  await visit.answer(samples[2]);
  await visit.page.getByRole("button", { name: `Remove ${basename(samples[1])}` }).click();
  await assertCount(visit.id("result"), 2);
  await assertCount(visit.card(samples[1]), 0);
  await visit.id("clear").click();
  await assertCount(visit.id("result"), 0);
});

/** The DataTransfer of a drag or of the clipboard with this file. */
async function transferOf(path) {
  const base64 = (await readFile(path)).toString("base64");
  return visit.page.evaluateHandle(
    ({ base64, name }) => {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      const transfer = new DataTransfer();
      transfer.items.add(new File([bytes], name, { type: "image/jpeg" }));
      return transfer;
    },
    { base64, name: basename(path) },
  );
}
