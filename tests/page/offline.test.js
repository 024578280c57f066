// After the first visit the page works offline, and its versions never mix.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, beforeEach, test } from "node:test";
import { fileURLToPath } from "node:url";
import { assertNative, ORIGINAL, samples } from "./films.js";
import { writeOffline } from "../../site/offline.mjs";
import { dist } from "./site.js";
import { assertCount, open } from "./visit.js";

const PNG = fileURLToPath(new URL("../golden/films/grey16.png", import.meta.url));
const DICOM = fileURLToPath(new URL("../golden/dicom/explicit12.dcm", import.meta.url));
const WEIGHTS = "pneumonia-cnn.safetensors";

let next, fixture, visit;
before(() => (next = nextVersion()));
after(() => rmSync(next, { recursive: true }));
beforeEach(async () => (fixture = await open()));
afterEach(async () => {
  await visit?.end();
  await fixture.close();
});

test("without network and server the page opens again and reads PNG, JPEG and DICOM", async () => {
  await firstVisit();
  await visit.context.setOffline(true);
  await fixture.site.close();
  await visit.page.reload();
  await visit.loaded();
  const films = [PNG, samples[0], DICOM];
  await visit.choose(films);
  await assertNative(visit, films);
  const sample = visit.id("sample-film").nth(12);
  await sample.click();
  await visit.answer(await sample.getAttribute("data-file"));
  assert.deepEqual(visit.complaints, []);
});

test("a first visit downloads no file twice, although it keeps them all", async (t) => {
  await firstVisit();
  const asked = fixture.site.asked.toSorted();
  t.diagnostic(`${asked.length} files`);
  assert.deepEqual(asked, [...new Set(asked)]);
  const kept = await visit.page.evaluate(async () => {
    const cache = await caches.open((await caches.keys())[0]);
    return (await cache.keys()).length;
  });
  assert.equal(kept, asked.length - 1, "all but the service worker itself");
});

test("a later visit asks the server only whether there is a new version", async () => {
  await firstVisit();
  fixture.site.asked.length = 0;
  await visit.page.reload();
  await visit.loaded();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  // The browser checks by itself, a while after the page has opened.
  await until(() => fixture.site.asked.length > 0);
  assert.deepEqual(new Set(fixture.site.asked), new Set(["service-worker.js"]));
});

test("a new version is offered, and until it is taken the page stays as it was, reloaded or not", async () => {
  await firstVisit();
  fixture.site.folder = next;
  await visit.page.reload();
  await visit.id("update").waitFor();
  assert.match(await visit.id("announcement").textContent(), /A new version of this page is ready/);
  await visit.page.reload();
  await visit.id("update").waitFor();
  await visit.loaded();
  assert.equal(await visit.page.title(), "Chest X-ray reading room");
  await visit.choose(samples);
  await assertNative(visit, samples);

  await visit.id("update").click();
  await visit.page.waitForFunction(() => document.title === "The next version");
  await visit.loaded();
  await visit.choose(samples);
  await assertNative(visit, samples, ORIGINAL);
  assert.equal((await visit.page.evaluate(() => caches.keys())).length, 1, "the old version is gone");
});

test("a new version is not taken while another tab runs the old one", async () => {
  await firstVisit();
  const other = await visit.context.newPage();
  await other.goto(fixture.site.url);
  fixture.site.folder = next;
  await visit.page.reload();
  await visit.id("update").click();
  assert.match(await visit.id("update-refused").textContent(), /open in another tab/);
  assert.equal(await other.title(), "Chest X-ray reading room");
  await other.close();
  await visit.id("update").click();
  await visit.page.waitForFunction(() => document.title === "The next version");
});

test("a version whose files do not belong together is not kept", async () => {
  await firstVisit();
  fixture.site.folder = next;
  // As in the middle of an upload.
  fixture.site.answers.set(WEIGHTS, (response) => response.end(readFileSync(join(dist, WEIGHTS))));
  fixture.site.asked.length = 0;
  await visit.page.reload();
  await until(() => fixture.site.asked.includes(WEIGHTS));
  await visit.loaded();
  await visit.page.waitForFunction(async () => !(await navigator.serviceWorker.getRegistration()).installing);
  await assertCount(visit.id("update"), 0);
  await visit.page.reload();
  await visit.loaded();
  assert.equal(await visit.page.title(), "Chest X-ray reading room");
  await visit.choose(samples);
  await assertNative(visit, samples);
});

for (const [what, prepare] of [
  ["has no service workers", () => delete Navigator.prototype.serviceWorker],
  ["forbids them", () => {
    Object.defineProperty(Navigator.prototype, "serviceWorker", { get: () => { throw new DOMException("", "SecurityError"); } });
  }],
]) {
  test(`a browser that ${what} shows the page as before`, async () => {
    visit = await fixture.visit({ prepare: (page) => page.addInitScript(prepare) });
    await visit.loaded();
    assert.equal(await visit.id("offline").getAttribute("data-state"), "not");
    await visit.choose([samples[0], DICOM]);
    await assertNative(visit, [samples[0], DICOM]);
    assert.deepEqual(visit.complaints, []);
  });
}

test("Chromium finds the page installable", async () => {
  await firstVisit();
  const browser = await visit.context.newCDPSession(visit.page);
  const { url, errors } = await browser.send("Page.getAppManifest");
  assert.equal(url, `${fixture.site.url}page.webmanifest`);
  assert.deepEqual(errors, []);
  const { installabilityErrors } = await browser.send("Page.getInstallabilityErrors");
  // All of Playwright's contexts are incognito.
  assert.deepEqual(installabilityErrors.filter(({ errorId }) => errorId !== "in-incognito"), []);
});

async function firstVisit() {
  visit = await fixture.visit();
  await visit.loaded();
  assert.equal(await visit.id("offline").getAttribute("data-state"), "kept");
}

/** The built page with another title and the original recipe's weights, made into a version by the build's own code. */
function nextVersion() {
  const folder = mkdtempSync(join(tmpdir(), "next-version-"));
  cpSync(dist, folder, { recursive: true });
  const page = readFileSync(join(folder, "index.html"), "utf8");
  writeFileSync(join(folder, "index.html"), page.replace("<title>Chest X-ray reading room", "<title>The next version"));
  cpSync(ORIGINAL, join(folder, WEIGHTS));
  writeOffline(folder);
  return folder;
}

async function until(condition) {
  const end = Date.now() + 20_000;
  while (!condition()) {
    assert.ok(Date.now() < end, "waited for 20 s");
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
