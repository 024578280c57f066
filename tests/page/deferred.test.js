// Code that a first answer does not need is loaded later, and everything else works without it.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { samples } from "./films.js";
import { deferred } from "./site.js";
import { assertCount, open } from "./visit.js";

const RARE = ["grey16_lzw.tiff", "rgb8_lossless.webp"].map((name) => fileURLToPath(new URL(`../golden/films/${name}`, import.meta.url)));

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(async () => {
  fixture.site.answers.clear();
  await visit?.end();
});

test("a film is read and shown before the deferred parts are there, which then bring the viewer to the same card", async () => {
  let arrive;
  fixture.site.answers.set(deferred(), (response) => (arrive = () => response.writeHead(503).end()));
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  const { probability } = await visit.answer(samples[0]);
  const card = visit.card(samples[0]);
  const drawn = () => card.getByTestId("picture").evaluate((canvas) => {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return data.some((value, at) => at % 4 < 3 && value > 100);
  });
  assert.ok(await drawn(), "the film is seen");
  await assertCount(visit.id("stage"), 0);

  arrive();
  await visit.id("deferred-missing").waitFor();
  assert.equal((await visit.answer(samples[0])).probability, probability);
  fixture.site.answers.clear();
  await card.getByTestId("remove").focus();
  await visit.page.evaluate(() => document.querySelector("[data-testid=retry-deferred]").click());
  await visit.id("stage").waitFor();
  await assertCount(visit.id("deferred-missing"), 0);
  assert.equal((await visit.answer(samples[0])).probability, probability);
  assert.equal(await visit.page.evaluate(() => document.activeElement.dataset.testid), "remove", "the focus stays");
  await visit.loaded();
});

test("films of rare formats are read and shown without the deferred parts", async () => {
  fixture.site.answers.set(deferred(), (response) => response.writeHead(503).end());
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.choose(RARE);
  for (const film of RARE) {
    await visit.card(film).getByTestId("inference-ms").waitFor();
    await visit.card(film).getByTestId("picture").waitFor();
  }
});

test("a server that does not know wasm's type serves the deferred parts all the same", async () => {
  visit = await fixture.visit({
    prepare: (page) => page.route(/deferred-.*\.wasm$/, async (route) => {
      const response = await route.fetch();
      await route.fulfill({ response, headers: { ...response.headers(), "content-type": "application/octet-stream" } });
    }),
  });
  await visit.loaded();
  await visit.choose(samples[0]);
  await visit.id("stage").waitFor();
});
