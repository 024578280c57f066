// Text from files is shown as text, whatever it says: nothing of it becomes part of the page.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { project } from "./site.js";
import { open } from "./visit.js";

const TOLD = fileURLToPath(new URL("../golden/dicom/told.dcm", import.meta.url));
const NAME = "<img src=x onerror=window.injected=1>.jpeg";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

/** Replaces a text in a file's bytes by one of the same length. */
function replaced(bytes, text, other) {
  assert.equal(text.length, other.length);
  const at = bytes.indexOf(text);
  assert.ok(at >= 0, `no ${text}`);
  const changed = Buffer.from(bytes);
  changed.write(other, at);
  return changed;
}

/** Nothing ran, and no element came from a file. */
async function assertOnlyText() {
  const found = await visit.page.evaluate(() => ({
    injected: window.injected ?? null,
    elements: document.querySelectorAll("[onerror], img[src=x], img[src=q], b, script:not([src])").length,
  }));
  assert.equal(found.injected, null);
  return found.elements;
}

test("a file's name and a DICOM text are shown as text", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = await assertOnlyText();
  const dicom = replaced(readFileSync(TOLD), "ABDOMEN ", "<b>x</b>");
  await visit.choose([
    { name: NAME, mimeType: "image/jpeg", buffer: readFileSync(samples[0]) },
    { name: "told.dcm", mimeType: "application/dicom", buffer: dicom },
  ]);
  const card = visit.page.locator("[data-testid=result]");
  await card.getByTestId("probability").first().waitFor();
  await visit.page.getByText("the body part is <b>x</b>.").first().waitFor();
  assert.ok((await visit.page.getByText(NAME).count()) > 0, "the name is shown");
  assert.equal(await assertOnlyText(), before);
});

test("a weights file's own name is shown as text", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = await assertOnlyText();
  const weights = readFileSync(join(project, "model/original.safetensors"));
  const buffer = replaced(weights, "pneumonia-cnn", "<img src=q/>x");
  await visit.id("weights-input").setInputFiles({ name: `${NAME}.safetensors`, mimeType: "", buffer });
  await visit.page.waitForSelector("[data-testid=shipped-weights]");
  await visit.page.evaluate(() => (location.hash = "#model-card"));
  await visit.id("card-name").waitFor();
  assert.match(await visit.id("card-name").textContent(), /<img src=q\/>x/);
  assert.equal(await assertOnlyText(), before);
});

test("a table of labels is never shown, only counted", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = await assertOnlyText();
  await visit.choose(samples.slice(0, 2));
  await visit.answer(samples[1]);
  const table = `<img src=x onerror=window.injected=1>,NORMAL\n<script>window.injected=1</script>,PNEUMONIA\n`;
  await visit.choose({ name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await visit.page.getByText("2 lines name no film").first().waitFor();
  assert.equal(await assertOnlyText(), before);
});
