// standalone.html: the whole page as one file, opened with a double click.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath, pathToFileURL } from "node:url";
import { noFirefox, openChromium } from "./browsers.js";
import { assertNative, nativeReadings, samples } from "./films.js";
import * as firefox from "./firefox.js";
import { dist } from "./site.js";
import { onOneCore, Visit } from "./visit.js";

const FILMS = ["films/grey16.png", "films/rgb8_lossless.webp", "dicom/jpeg2000.dcm", "dicom/explicit12.dcm"].map((film) =>
  fileURLToPath(new URL(`../golden/${film}`, import.meta.url)),
);

let stick, url, visit;
before(() => {
  // Alone in its folder, renamed as on a USB stick: it must not depend on any other file.
  stick = mkdtempSync(join(tmpdir(), "a stick "));
  cpSync(join(dist, "standalone.html"), join(stick, "reading room.html"));
  url = pathToFileURL(join(stick, "reading room.html")).href;
});
after(() => rmSync(stick, { recursive: true }));

test("in Chromium it reads samples and chosen films as the native program does, and asks for nothing", async (t) => {
  const { size } = statSync(join(dist, "standalone.html"));
  t.diagnostic(`${(size / 1e6).toFixed(1)} MB  standalone.html`);
  await inChromium(async () => {
    await visit.loaded();
    const sample = visit.id("sample-film").nth(4);
    await sample.click();
    await visit.answer(await sample.getAttribute("data-file"));
    await visit.choose([...FILMS, ...samples.slice(0, 3)]);
    await assertNative(visit, [...FILMS, ...samples.slice(0, 3)]);
    assert.deepEqual(visit.complaints, []);
    assert.deepEqual(visit.requests.filter((address) => address !== url && !address.startsWith("blob:")), []);
  });
});

test("in Chromium without relaxed SIMD it reads with the plain worker", async () => {
  const prepare = (page) => page.addInitScript(() => {
    const { validate } = WebAssembly;
    // Only the module with which the page tests for plain SIMD is this short.
    WebAssembly.validate = (module) => module.length < 40 && validate(module);
  });
  await inChromium(async () => {
    await visit.choose(samples.slice(0, 2));
    await assertNative(visit, samples.slice(0, 2));
  }, prepare);
});

test("in Chromium a reader that crashes is started again, and nothing can be sent", async () => {
  await inChromium(async () => {
    await visit.loaded();
    await visit.page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("crash") }));
    await visit.id("restarted").waitFor();
    await visit.choose(samples[0]);
    await visit.answer(samples[0]);
    const policy = await visit.page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|'self'|https?:|\*|script-src[^;]*blob:/);
    const send = () => fetch("http://127.0.0.1:9/").then(() => "sent", () => "refused");
    assert.equal(await visit.page.evaluate(send), "refused");
    assert.equal(await visit.page.workers().at(-1).evaluate(send), "refused");
    const run = () => {
      const script = document.createElement("script");
      script.textContent = "window.ran = true";
      document.body.append(script);
      return window.ran ?? "refused";
    };
    assert.equal(await visit.page.evaluate(run), "refused");
  }, onOneCore);
});

test("in Firefox it reads a sample and chosen films as the native program does, and asks for nothing", { skip: noFirefox }, async () => {
  const fixture = await firefox.open();
  try {
    const visit = await fixture.visit(url);
    await visit.loaded();
    await visit.answer(await visit.takeSample(5));
    await visit.choose([...FILMS, samples[0]]);
    for (const [film, { probability }] of nativeReadings([...FILMS, samples[0]])) {
      const answer = await visit.answer(film);
      assert.ok(Math.abs(answer.probability - probability) < 1e-4, `${film}: ${answer.probability}, natively ${probability}`);
    }
    assert.deepEqual(visit.complaints, []);
    assert.deepEqual(visit.requests.filter((address) => address !== url), []);
  } finally {
    await fixture.close();
  }
});

test("it holds all that the page has, and names no file beside it", () => {
  const page = readFileSync(join(dist, "standalone.html"), "utf8");
  assert.doesNotMatch(page, /<[^>]*\s(src|href)=/);
  for (const film of samples) assert.ok(page.includes(basename(film)), film);
});

/** Visits the file offline, in a separate browser. */
async function inChromium(act, prepare) {
  const browser = await openChromium();
  try {
    visit = await Visit.begin(browser, { url }, { offline: true, prepare });
    await act();
  } finally {
    await browser.close();
  }
}
