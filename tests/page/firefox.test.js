// The main path in Firefox: the page is loaded from a server, reads films, and then works without the server.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { noFirefox } from "./browsers.js";
import { nativeReadings, samples } from "./films.js";
import * as firefox from "./firefox.js";
import { serveSite } from "./site.js";

// As many as are shown as cards.
const films = [...samples.slice(1), fileURLToPath(new URL("../golden/dicom/jpeg_lossless.dcm", import.meta.url))];

describe("in Firefox", { skip: noFirefox }, () => {
  let fixture, site, visit;
  before(async () => {
    [fixture, site] = await Promise.all([firefox.open(), serveSite()]);
    visit = await fixture.visit(site.url);
    await visit.loaded();
  });
  after(() => Promise.all([fixture.close(), site.close()]));

  test("films get the native program's answers, without a request", async () => {
    const asked = site.asked.length;
    await readAll(visit);
    await visit.page.click("[data-testid=heat-map-toggle]");
    await visit.page.waitForSelector("[data-testid=heat-map-legend]");
    assert.equal(site.asked.length, asked);
    assert.deepEqual(visit.complaints, []);
  });

  test("the page opens again without its server, and reads as before", async () => {
    await site.close();
    await visit.page.reload();
    await visit.loaded();
    await readAll(visit);
  });
});

async function readAll(visit) {
  await visit.choose(films);
  for (const [film, { probability }] of nativeReadings(films)) {
    const answer = await visit.answer(film);
    assert.ok(Math.abs(answer.probability - probability) < 1e-4, `${film}: ${answer.probability}, natively ${probability}`);
  }
}
