// The network is evaluated on the visitor's own labelled films, with the figures of `trainer evaluate`.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { blankFilm, folder, native, nativeReadings, samples } from "./films.js";
import { open, watchTasks } from "./visit.js";

const FIGURES = {
  accuracy: "accuracy",
  sensitivity: "sensitivity",
  specificity: "specificity",
  AUC: "auc",
  "Brier-score": "brier",
  "calibration-error": "ece",
};
const COUNTS = {
  "true-positives": "true_positives",
  "false-positives": "false_positives",
  "true-negatives": "true_negatives",
  "false-negatives": "false_negatives",
};

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("a folder of labelled films gets the native program's figures at its threshold", async () => {
  await evaluated();
  const expected = JSON.parse(native(["evaluate", "--json", "--data", folder]));
  const threshold = Number(await visit.id("evaluation-threshold-value").getAttribute("data-value"));
  // The page parses numbers in the metadata to within the last bit.
  assert.ok(Math.abs(threshold - expected.threshold) < 1e-12, `${threshold}, natively ${expected.threshold}`);
  await assertFigures(expected);
  assert.match(await counts(), /^16 labelled films assessed; 0 get “cannot assess”; 0 without an answer/);
});

test("the threshold moves every figure that depends on it, and the marks in the curves", async () => {
  await evaluated();
  const films = nativeReadings(samples);
  const judged = samples.map((film) => ({
    probability: films.get(basename(film)).probability,
    pneumonia: film.includes("PNEUMONIA"),
  }));
  // Empty where there is none: without a positive verdict there is no precision.
  const marks = () =>
    visit.page
      .locator(".plot")
      .evaluateAll((plots) => plots.map((plot) => plot.querySelector(".mark")?.getAttribute("d") ?? ""));
  const before = await marks();
  const auc = await visit.id("figure-AUC").textContent();
  const lowest = Math.min(...judged.filter(({ pneumonia }) => pneumonia).map(({ probability }) => probability));
  for (const threshold of [0, Math.ceil(lowest * 1000 + 1) / 1000, 1]) {
    await visit.id("evaluation-threshold").fill(String(Math.min(1000, Math.round(threshold * 1000))));
    const called = (pneumonia, positive) =>
      judged.filter((film) => film.pneumonia === pneumonia && film.probability >= threshold === positive).length;
    const expected = [called(true, true), called(false, true), called(false, false), called(true, false)];
    const found = await Promise.all(Object.keys(COUNTS).map(async (testid) => Number(await visit.id(testid).textContent())));
    assert.deepEqual(found, expected, `at ${threshold}`);
    const value = async (name) => Number(await visit.id(`figure-${name}`).getAttribute("data-value"));
    assert.equal(await value("sensitivity"), expected[0] / 8);
    assert.equal(await value("specificity"), expected[2] / 8);
    assert.equal(await value("accuracy"), (expected[0] + expected[2]) / 16);
  }
  const moved = await marks();
  assert.equal(moved.length, 4);
  for (const place of [0, 2, 3]) assert.notEqual(moved[place], before[place]);
  assert.equal(await visit.id("figure-AUC").textContent(), auc, "the AUC knows no threshold");
  await visit.id("evaluation-threshold").press("ArrowLeft");
  assert.equal(await visit.id("evaluation-threshold-value").textContent(), "99.9\u00a0%");
  await visit.id("evaluation-reset").click();
  assert.deepEqual(await marks(), before);
});

test("each curve has a title, a summary and its numbers for those who cannot see it", async () => {
  await evaluated();
  const titles = await visit.page.locator(".drawing svg title").allTextContents();
  assert.deepEqual(titles, ["ROC curve", "Precision and recall", "Calibration", "Predicted probabilities"]);
  for (const summary of await visit.page.locator(".drawing svg desc").allTextContents()) assert.match(summary, / from .* to /);
  const first = visit.page.locator(".plot").first();
  assert.equal(await first.locator("table").first().isVisible(), false);
  await first.locator("summary").click();
  const corners = await first.locator("table").first().locator("tbody tr").allTextContents();
  assert.equal(corners[0], "0.0000.000");
  assert.ok(corners.length > 5 && corners.length <= 20, corners.join("\n"));
  assert.deepEqual(visit.complaints, []);
});

test("a table labels films without a labelled folder", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.choose(samples.slice(4, 12));
  for (const film of samples.slice(4, 12)) await visit.answer(film);
  await visit.id("evaluate").click();
  assert.match(await counts(), /8 without a label/);
  const lines = samples.map((film) => `"${basename(film)}";${film.includes("PNEUMONIA") ? "pneumonia" : "0"}`);
  const table = { name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(["file;label", ...lines].join("\r\n")) };
  await visit.id("labels-input").setInputFiles(table);
  await visit.id("labels-told").getByText("8 films got a label; 8 lines name no film").waitFor();
  assert.match(await counts(), /^8 labelled films assessed/);
  assert.match(await visit.card(samples[4]).textContent(), /Labelled normal/);
  assert.match(await visit.card(samples[11]).textContent(), /Labelled pneumonia/);
  const [positives, negatives] = await Promise.all(
    [["true-positives", "false-negatives"], ["true-negatives", "false-positives"]].map(async ([right, wrong]) =>
      Number(await visit.id(right).textContent()) + Number(await visit.id(wrong).textContent())),
  );
  assert.deepEqual([positives, negatives], [4, 4]);
});

test("films without an answer are counted apart, and those that can't be assessed only if asked for", async () => {
  await evaluated();
  await visit.choose(await blankFilm(visit));
  await visit.choose({ name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear colleague") });
  await visit.listed();
  const table = "blank.png,NORMAL\nletter.png,PNEUMONIA\n";
  await visit.id("labels-input").setInputFiles({ name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await visit.page.getByText("16 labelled films assessed; 1 get “cannot assess”; 1 without an answer, in no figure.").waitFor();
  const films = () => visit.page.locator(".figures caption").first().textContent();
  assert.equal(await films(), "17 films");
  await visit.id("evaluation-include").uncheck();
  assert.equal(await films(), "16 films");
  await assertFigures(JSON.parse(native(["evaluate", "--json", "--data", folder])));
});

test("five thousand labelled films are judged while the page stays responsive", async (t) => {
  visit = await fixture.visit();
  await visit.loaded();
  await visit.chooseFolder(folder);
  for (const film of samples) await visit.answer(film);
  await visit.id("keep-worklist").check();
  // As if this many films had been read and kept, each with its own probability.
  await visit.page.evaluate(() => {
    addEventListener("pagehide", () => {
      const kept = JSON.parse(localStorage.worklist);
      const { films } = kept;
      kept.films = Array.from({ length: 5000 }, (_, place) => {
        const film = structuredClone(films[place % films.length]);
        const shift = 0.4 * Math.sin(place);
        film.answer.Ok.probability = Math.min(0.9999, Math.max(0.0001, film.answer.Ok.probability + shift));
        return film;
      });
      localStorage.worklist = JSON.stringify(kept);
    });
  });
  await visit.page.reload();
  await visit.loaded();
  await visit.page.evaluate(watchTasks);
  await visit.id("evaluate").click();
  await visit.id("evaluation-counts").getByText("5000 labelled films").waitFor();
  const opening = await visit.page.evaluate(() => window.tasks.splice(0));
  for (let step = 0; step < 20; step++) await visit.id("evaluation-threshold").press("ArrowLeft");
  const moving = await visit.page.evaluate(() => window.tasks);
  const longest = (tasks) => `${Math.max(0, ...tasks).toFixed(0)} ms`;
  t.diagnostic(`longest task: ${longest(opening)} to open, ${longest(moving)} to move the threshold (0: none of more than 50 ms)`);
  assert.equal(await visit.page.locator(".figures caption").first().textContent(), "5000 films");
  assert.equal(await visit.id("figure-AUC").getAttribute("data-low") > 0.5, true);
});

const counts = () => visit.id("evaluation-counts").textContent();

/** Reads the sample folder, and opens its evaluation. */
async function evaluated() {
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.chooseFolder(folder);
  for (const film of samples) await visit.answer(film);
  await visit.id("evaluate").click();
  await visit.id("evaluation-counts").getByText("16 labelled films").waitFor();
}

async function assertFigures(expected) {
  for (const [name, field] of Object.entries(FIGURES)) {
    const cell = visit.id(`figure-${name}`);
    const close = async (attribute, value) => {
      const shown = await cell.getAttribute(attribute);
      if (value === null || value === undefined) assert.equal(shown, null, `${name} ${attribute}`);
      else assert.ok(Math.abs(Number(shown) - value) < 1e-4, `${name}: ${shown}, natively ${value}`);
    };
    await close("data-value", expected[field]);
    await close("data-low", expected[`${field}_ci`]?.[0]);
    await close("data-high", expected[`${field}_ci`]?.[1]);
  }
  for (const [testid, field] of Object.entries(COUNTS)) {
    assert.equal(Number(await visit.id(testid).textContent()), expected[field], testid);
  }
}
