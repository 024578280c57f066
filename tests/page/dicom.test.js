// DICOM films: read as by the native program, with remarks where their header casts doubt on the reading.

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { after, afterEach, before, test } from "node:test";
import { assertNative } from "./films.js";
import { assertCount, open } from "./visit.js";

const FILMS = fileURLToPath(new URL("../golden/dicom/", import.meta.url));
const film = (name) => join(FILMS, name);

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("films get the native program's answers however DICOM stores them, without a request", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const before = visit.requests.length;
  const films = readdirSync(FILMS).map(film);
  // As many at once as are shown as cards.
  for (let first = 0; first < films.length; first += 16) {
    const part = films.slice(first, first + 16);
    await visit.choose(part);
    await assertNative(visit, part);
    await visit.id("clear").click();
  }
  assert.deepEqual(visit.requests.slice(before).filter((url) => url.startsWith("http")), []);
});

test("remarks show what a header says against a reading, and name nobody", async () => {
  visit = await fixture.visit();
  await visit.choose([film("told.dcm"), film("two_frames.dcm"), film("explicit12.dcm")]);
  await visit.answer(film("told.dcm"));
  const remarks = (name) => visit.card(film(name)).first().getByTestId("remarks");
  assert.deepEqual(await remarks("told.dcm").getByRole("listitem").allTextContents(), [
    "According to its header this is not a radiograph: the modality is CT.",
    "According to its header this is not a chest film: the body part is ABDOMEN.",
    "According to its header this is not a frontal film: the view is LL.",
    "According to its header the patient is 63 years old. The network was trained on children aged one to five.",
  ]);
  await visit.answer(film("two_frames.dcm"));
  assert.match(await remarks("two_frames.dcm").textContent(), /2 frames. Only the first was read/);
  await visit.answer(film("explicit12.dcm"));
  await assertCount(remarks("explicit12.dcm"), 0);
  assert.doesNotMatch(await visit.page.content(), /Golden/);
});

test("a film whose compression can't be decoded is refused by its name", async () => {
  // RLE is 1.2.840.10008.1.2.5; with another last number it is no known transfer syntax.
  const unknown = readFileSync(film("rle.dcm"));
  unknown[unknown.indexOf("1.2.840.10008.1.2.5\0") + 18] = "9".charCodeAt(0);
  visit = await fixture.visit();
  await visit.choose({ name: "unknown.dcm", mimeType: "application/dicom", buffer: unknown });
  assert.match(await visit.error("unknown.dcm"), /stored as transfer syntax 1\.2\.840\.10008\.1\.2\.9/);
});
