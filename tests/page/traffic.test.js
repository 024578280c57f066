// What is sent between the page and its workers: files as handles, pictures once, and nothing twice.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { samples } from "./films.js";
import { madeFilm } from "./made_film.js";
import { view } from "./stage.js";
import { countTraffic, traffic } from "./traffic.js";
import { onOneCore, open } from "./visit.js";

/** 4 megapixels. */
const LARGE = madeFilm("large.dcm", 2000, 2000, (x, y) => 10 * x + 5 * y);
const FILMS = fileURLToPath(new URL("../golden/films/", import.meta.url));

/** Bytes of the network's input. */
const INPUT = 128 * 128 * 4;
/** Bytes of a film's answer, most of them its thumbnail of at most 64 × 64 pixels. */
const ANSWER = 5000;

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

async function begin() {
  const prepare = async (page) => {
    await onOneCore(page);
    await countTraffic(page);
  };
  visit = await fixture.visit({ prepare });
  await visit.loaded();
  await traffic(visit);
}

const films = [
  { what: "a JPEG of one megapixel", film: samples[8] },
  { what: "a DICOM file of four megapixels", film: LARGE },
];

for (const { what, film } of films) {
  test(`of ${what}, nothing is copied but a thumbnail, and the page opens no file`, async () => {
    await begin();
    // The first film of a rare format starts another worker, which is sent its weights.
    await visit.choose(`${FILMS}/grey8.tiff`);
    await visit.answer(`${FILMS}/grey8.tiff`);
    await visit.page.waitForTimeout(200);
    await traffic(visit);

    const stage = await view(visit, film);
    await visit.answer(film.name ?? film);
    await visit.page.waitForTimeout(200);
    const { copied, moved, opened } = await traffic(visit);
    assert.equal(opened, 0, "the page opened a file");
    assert.ok(copied < ANSWER, `${copied} bytes were copied`);
    // A picture as wide as a card shows it in a window of 1,280 pixels.
    assert.ok(moved > INPUT && moved <= (0.6 * 1280) ** 2 + INPUT, `${moved} bytes were transferred`);

    await stage.key("a");
    await stage.fullDepth();
    const deep = await traffic(visit);
    assert.deepEqual([deep.opened, deep.copied], [0, 0], "of the film at full depth");
    assert.equal(visit.page.workers().length, 1, "the worker that read the film brings it at full depth");
  });
}

test("films of a worklist send thumbnails, and the one that is selected its pictures, without being read again", async () => {
  await begin();
  const named = (at) => `film${at}.dcm`;
  const small = madeFilm("film", 300, 200, (x, y) => 100 * x + 50 * y);
  const chosen = Array.from({ length: 30 }, (_, at) => ({ ...small, name: named(at) }));
  await visit.choose(chosen);
  await visit.listed();
  await visit.page.waitForTimeout(500);
  await traffic(visit);

  const [worker] = visit.page.workers();
  await worker.evaluate(() => {
    self.asked = [];
    self.addEventListener("message", ({ data }) => self.asked.push(Object.keys(data)[0]));
  });
  await visit.row(named(4)).click();
  await visit.card(named(4)).getByTestId("network-input").waitFor();
  assert.deepEqual(await worker.evaluate(() => self.asked), ["Pictures"]);
  const { copied, moved, opened } = await traffic(visit);
  assert.deepEqual([opened, copied, moved], [0, 0, 300 * 200 + INPUT]);
});

test("a heat map is made by the worker that read the film, of exactly what the network saw", async () => {
  await begin();
  const stage = await view(visit, samples[8]);
  await visit.page.waitForTimeout(300);
  await traffic(visit);
  const [worker] = visit.page.workers();
  await worker.evaluate(() => {
    self.inputs = [];
    self.addEventListener("message", ({ data }) => data.Cover && self.inputs.push([...data.Cover.input]));
  });
  await stage.click("heat-map-toggle");
  await stage.card.getByTestId("heat-map-legend").waitFor();
  const inputs = await worker.evaluate(() => self.inputs);
  assert.equal(inputs.length, 14, "a row of covers a step");
  assert.equal(inputs[0].length, 128 * 128);
  const inEightBits = inputs[0].filter((value) => Math.abs(value * 255 - Math.round(value * 255)) < 1e-4);
  assert.ok(inEightBits.length < 1000, "the values are not rounded to 8 bits");
  assert.equal(visit.page.workers().length, 1);
});
