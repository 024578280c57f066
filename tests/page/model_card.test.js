// The model card: a separate view, made from the metadata of the weights in use.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { dist, project } from "./site.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const weights = readFileSync(join(dist, "pneumonia-cnn.safetensors"));
const header = JSON.parse(weights.subarray(8, 8 + Number(weights.readBigUInt64LE())));
const metadata = JSON.parse(header.__metadata__.model);
const sha256 = createHash("sha256").update(weights).digest("hex");

const cardText = async (testid) => (await visit.id(testid).textContent()).replaceAll("\u00a0", " ");

test("the card shows the metadata of the weights, and the hash of the file", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.id("model-card-link").click();
  assert.equal(await cardText("card-name"), `${metadata.name} ${metadata.version}`);
  assert.equal(await cardText("card-sha256"), sha256);
  assert.equal(await cardText("card-seed"), String(metadata.training.seed));
  assert.equal(await cardText("card-film-list"), metadata.training.file_list_sha256);
  const count = (number) => number.toLocaleString("en");
  const whole = await cardText("model-card");
  assert.ok(whole.includes(`${count(metadata.architecture.trainable_parameters)} trainable parameters`));
  const percent = (share) => `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
  const interval = ([low, high]) => `(${(low * 100).toFixed(1)} to ${(high * 100).toFixed(1)})`;
  for (const key of ["auc", "accuracy", "sensitivity", "specificity"]) {
    const told = `${percent(metadata.validation[key])} ${interval(metadata.validation[`${key}_ci`])}`;
    assert.ok(whole.includes(told), `${key}: ${told}`);
  }
  const { films } = metadata.training;
  assert.match(
    await cardText("card-training"),
    new RegExp(`${count(films.normal)} normal films and ${count(films.pneumonia)} .* aged one to five`),
  );
  for (const point of ["balanced", "screening"]) {
    const { sensitivity, sensitivity_ci } = metadata.operating_points[point];
    assert.ok((await cardText("card-operating-points")).includes(`${percent(sensitivity)} ${interval(sensitivity_ci)}`), point);
  }
  const stressTests = await cardText("card-stress-tests");
  assert.ok(metadata.stress_tests.length > 0);
  for (const { source, auc, auc_ci } of metadata.stress_tests) {
    assert.ok(stressTests.includes(source) && stressTests.includes(`${percent(auc)} ${interval(auc_ci)}`), source);
  }
  assert.match(await cardText("card-elsewhere"), /The metrics on the validation patients are optimistic/);
  assert.match(await cardText("card-failures"), /whose software sharpens them/);
  const curve = await visit.id("model-card").locator(".roc svg polyline").first().getAttribute("points");
  assert.equal(curve.split(" ").length, metadata.roc.length);
});

// The weights of the original recipe, with changed metadata.
const changed = (change) => {
  const file = readFileSync(join(project, "model/original.safetensors"));
  const length = Number(file.readBigUInt64LE());
  const header = JSON.parse(file.subarray(8, 8 + length));
  const metadata = JSON.parse(header.__metadata__.model);
  change(metadata);
  header.__metadata__.model = JSON.stringify(metadata);
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - (text.length % 8)) % 8, " ")]);
  const start = Buffer.alloc(8);
  start.writeBigUInt64LE(BigInt(padded.length));
  return Buffer.concat([start, padded, file.subarray(8 + length)]);
};

test("the card tells what was measured on other films, and by stress tests, on a phone too", async () => {
  visit = await fixture.visit({ viewport: { width: 360, height: 740 } });
  await visit.phase("ready");
  const weights = changed((metadata) => {
    const [result] = metadata.external;
    metadata.stress_tests = [{ ...result, source: "films cut tighter", auc: 0.912, auc_ci: [0.9, 0.92] }];
  });
  await visit.id("weights-input").setInputFiles({ name: "told.safetensors", mimeType: "", buffer: weights });
  await visit.page.waitForSelector("[data-testid=shipped-weights]");
  await visit.page.goto(`${fixture.site.url}#model-card`);
  const row = async (testid) => {
    const rows = visit.id(testid).locator("tbody");
    await rows.first().waitFor();
    await assertCount(rows, 1);
    return (await rows.textContent()).replaceAll("\u00a0", " ");
  };
  const external = await row("card-external");
  assert.match(external, /^official test split, .*: 234 normal, 390 with pneumonia96\.8 % \(95\.5 to 98\.1\)92\.1 %/);
  assert.match(await row("card-stress-tests"), /^films cut tighter.*91\.2 % \(90\.0 to 92\.0\)/);
  const wider = await visit.id("model-card").evaluate((card) => {
    const end = card.getBoundingClientRect().right;
    return [...card.querySelectorAll("td")].filter((cell) => cell.getBoundingClientRect().right > end).length;
  });
  assert.equal(wider, 0);
});

test("a weights file whose intervals are upside down is refused in a sentence", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  const weights = changed((metadata) => metadata.external[0].auc_ci.reverse());
  await visit.id("weights-input").setInputFiles({ name: "told.safetensors", mimeType: "", buffer: weights });
  const refused = visit.id("weights-refused");
  await refused.waitFor();
  assert.match(await refused.textContent(), /an interval from 0\.98\d* down to 0\.95/);
});

test("each answer names its network, by the hash too, and leads to the card and back to where one was", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  const identity = visit.card(samples[0]).getByTestId("model-identity");
  assert.equal(await identity.getAttribute("data-value"), sha256);
  assert.ok((await identity.textContent()).includes(`${metadata.name} ${metadata.version} ${sha256.slice(0, 12)}`));
  await identity.focus();
  await visit.page.keyboard.press("Enter");
  const heading = visit.page.getByRole("heading", { name: "Model card" });
  await heading.waitFor();
  assert.equal(await heading.evaluate((element) => element === document.activeElement), true);
  assert.equal(await visit.id("picture").isVisible(), false);
  await visit.page.goBack();
  await visit.id("picture").waitFor();
  await assertCount(visit.id("model-card"), 0);
  await visit.page.waitForFunction(() => document.activeElement?.dataset.testid === "model-identity");
  // The film is still there, and was not read again.
  await assertCount(visit.id("result"), 1);
});

test("nothing on the card is wider than the card, on a phone too", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  for (const width of [360, 1280]) {
    await visit.page.setViewportSize({ width, height: 740 });
    await visit.page.goto(`${fixture.site.url}#model-card`);
    await visit.id("card-name").waitFor();
    const wider = await visit.id("model-card").evaluate((card) => {
      const end = card.getBoundingClientRect().right;
      const parts = [...card.querySelectorAll("*")].filter((part) => part.getBoundingClientRect().right > end);
      return parts.map((part) => part.textContent.slice(0, 40));
    });
    assert.deepEqual(wider, [], `at ${width} pixels`);
  }
});

test("the card's address opens it, and its own link leads to the films", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.page.goto(`${fixture.site.url}#model-card`);
  await visit.id("card-name").waitFor();
  const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
  await visit.id("back-to-films").click();
  await visit.page.waitForFunction(() => !document.querySelector("[data-testid=model-card]"));
  await assertCount(visit.id("file-input"), 1);
});

test("the card is printed alone", async () => {
  visit = await fixture.visit({ viewport: { width: 360, height: 640 } });
  await visit.page.goto(`${fixture.site.url}#model-card`);
  await visit.id("card-name").waitFor();
  await visit.page.emulateMedia({ media: "print" });
  assert.equal(await visit.id("card-sha256").isVisible(), true);
  for (const hidden of ["notice", "print-model-card", "intake-hint"]) {
    assert.equal(await visit.page.locator(`[data-testid=${hidden}], #${hidden}`).first().isVisible(), false, hidden);
  }
});
