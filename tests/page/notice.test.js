// The notice on a first visit: no answer is visible before it is accepted, and its figures are those of the weights
// file.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { dist } from "./site.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const dialog = () => visit.id("first-visit");

test("no answer is seen before the notice is accepted, and then the page works as usual", async () => {
  visit = await fixture.visit({ accepted: false });
  await visit.choose(samples[0]);
  await visit.card(samples[0]).getByTestId("verdict").waitFor({ state: "attached" });
  await dialog().waitFor();
  assert.ok(await dialog().evaluate((dialog) => dialog.matches(":modal")));
  // Everything but the notice is behind its backdrop, which is opaque.
  const ground = await dialog().evaluate((dialog) => getComputedStyle(dialog, "::backdrop").backgroundColor);
  assert.match(ground, /^rgb\(/, "a colour without transparency");
  const hit = await visit.id("file-input").evaluate((input) => {
    const { x, y } = input.labels[0].getBoundingClientRect();
    return document.elementFromPoint(x + 5, y + 5).dataset.testid;
  });
  assert.equal(hit, "first-visit");
  await visit.id("accept").click();
  await dialog().waitFor({ state: "detached" });
  await visit.answer(samples[0]);
});

test("the notice says what the page is for, whom the network learnt from, and how often it errs by the weights file", async () => {
  visit = await fixture.visit({ accepted: false });
  const text = (await dialog().textContent()).replaceAll("\u00a0", " ");
  const { training, validation, operating_points: { balanced }, external } = metadata();
  // What was measured on films taken under other conditions or, until then, what is known about earlier networks.
  const otherwise = external?.length
    ? external.flatMap((result) => [
        `On the ${result.source}, it missed ${errors(result.sensitivity, result.sensitivity_ci)} of the films`,
        `called ${errors(result.specificity, result.specificity_ci)} of the normal ones pneumonia`,
      ])
    : ["official test split (624 films of the same hospital taken under other conditions)"];
  for (const said of [
    "research and teaching",
    "not a medical device",
    "children aged one to five from one hospital",
    `${thousands(training.films.normal)} normal and ${thousands(training.films.pneumonia)} with pneumonia`,
    `On ${thousands(validation.films.normal)} normal films and ${thousands(validation.films.pneumonia)} with pneumonia`,
    `missed ${errors(balanced.sensitivity, balanced.sensitivity_ci)} of the films with pneumonia`,
    `called ${errors(balanced.specificity, balanced.specificity_ci)} of the normal ones pneumonia`,
    ...otherwise,
  ]) {
    assert.ok(text.includes(said), `${said}: ${text}`);
  }
});

test("the notice is accepted by the keyboard, not left by Escape, and remembered, and nothing else is", async () => {
  visit = await fixture.visit({ accepted: false });
  await dialog().waitFor();
  const focused = () => visit.page.evaluate(() => document.activeElement.id || document.activeElement.dataset.testid);
  assert.equal(await focused(), "first-visit-title", "one hears it from its beginning");
  for (let times = 0; times < 3; times++) await visit.page.keyboard.press("Escape");
  // It may have closed for a moment.
  await dialog().waitFor({ state: "visible" });
  await visit.page.keyboard.press("Tab");
  assert.equal(await focused(), "accept");
  await visit.page.keyboard.press("Enter");
  await dialog().waitFor({ state: "detached" });
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  await visit.page.reload();
  await visit.phase("ready");
  await assertCount(dialog(), 0);
  const kept = await visit.page.evaluate(async () => {
    const databases = await indexedDB.databases();
    return [{ ...localStorage }, { ...sessionStorage }, document.cookie, databases];
  });
  assert.deepEqual(kept, [{ "notice-accepted": "yes" }, {}, "", []]);
});

test("where nothing can be stored the notice comes at each visit, and the page works", async () => {
  const prepare = (page) => page.addInitScript(() => {
    Object.defineProperty(window, "localStorage", { get: () => { throw new DOMException("", "SecurityError"); } });
  });
  visit = await fixture.visit({ accepted: false, prepare });
  for (let visits = 0; visits < 2; visits++) {
    await visit.id("accept").click();
    await visit.choose(samples[0]);
    await visit.answer(samples[0]);
    await visit.page.reload();
  }
});

test("the notice comes once, although the reader is started again", async () => {
  visit = await fixture.visit({ accepted: false });
  await visit.id("accept").click();
  await visit.page.workers()[0].evaluate(() => setTimeout(() => { throw new Error("crash") }));
  await visit.id("restarted").waitFor();
  await visit.phase("ready");
  await assertCount(dialog(), 0);
});

for (const [width, height] of [[360, 640], [640, 320], [3840, 2160]]) {
  test(`the whole notice can be read and accepted at ${width} × ${height}`, async () => {
    visit = await fixture.visit({ accepted: false, viewport: { width, height } });
    const box = await dialog().boundingBox();
    assert.ok(box.x >= 0 && box.y >= 0 && box.x + box.width <= width && box.y + box.height <= height, JSON.stringify(box));
    const tooWide = await dialog().evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
    assert.equal(tooWide, 0);
    await visit.id("accept").click();
    await dialog().waitFor({ state: "detached" });
  });
}

/** The metadata in the weights file: its header is JSON, preceded by its length in eight bytes. */
function metadata() {
  const file = readFileSync(join(dist, "pneumonia-cnn.safetensors"));
  const header = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE())).toString());
  return JSON.parse(header.__metadata__.model);
}

const thousands = (count) => count.toLocaleString("en");

function errors(share, [low, high]) {
  const percent = (value) => (100 * (1 - value)).toFixed(1);
  return `${percent(share)} % (95 % interval ${percent(high)} to ${percent(low)} %)`;
}
