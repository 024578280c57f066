// All answers are saved as CSV and as JSON, agree with the native program's, and are safe to open in a spreadsheet.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { blankFilm, nativeReadings, samples } from "./films.js";
import { open } from "./visit.js";

const chosen = [samples[1], samples[12]];
const formula = { name: '=HYPERLINK("http:evil","a, b").png', mimeType: "image/png", buffer: Buffer.from("no film") };

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("the table holds every answer, with the model and without formulas", async () => {
  await read();
  const { name, text } = await saved("export-csv");
  assert.equal(name, "readings.csv");
  assert.ok(text.startsWith("\ufeff") && text.endsWith("\r\n"));
  const [head, ...lines] = records(text.slice(1));
  const films = lines.map((line) => Object.fromEntries(head.map((column, place) => [column, line[place]])));
  assert.ok(lines.every((line) => line.length === head.length));
  assertAnswers(films, Number);
  const bad = films.find(({ error }) => error);
  assert.equal(bad.file, `'${formula.name}`);
  const risky = /^[=+\-@\t\r]/;
  assert.deepEqual(lines.flat().filter((field) => risky.test(field)), []);
  for (const film of films) {
    assert.equal(`${film.model} ${film.version}`, await visit.id("model").textContent());
    assert.ok(Math.abs(Date.parse(film.saved_at) - Date.now()) < 60_000, film.saved_at);
  }
});

test("the JSON holds the same", async () => {
  await read();
  const { name, text } = await saved("export-json");
  assert.equal(name, "readings.json");
  const { model, version, saved_at, threshold, films } = JSON.parse(text);
  assertAnswers(films.map((film) => ({ threshold, ...film })), (value) => value);
  assert.equal(films.find(({ error }) => error).file, formula.name);
  assert.equal(`${model} ${version}`, await visit.id("model").textContent());
  assert.ok(Math.abs(Date.parse(saved_at) - Date.now()) < 60_000);
});

test("a film that can't be assessed is saved with its reason and without a number", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await visit.choose(await blankFilm(visit));
  await visit.card("blank.png").getByTestId("cannot-assess").waitFor();
  const { text } = await saved("export-json");
  const [film] = JSON.parse(text).films;
  assert.equal(film.verdict, "cannot assess");
  assert.match(film.cannot_assess, /picture is blank/);
  assert.equal(film.probability, null);
});

/** Reads two films, and a file that is not a film. */
async function read() {
  visit = await fixture.visit();
  await visit.loaded();
  await visit.choose(chosen);
  for (const film of chosen) await visit.answer(film);
  await visit.choose(formula);
  await visit.id("error").waitFor();
}

function assertAnswers(films, number) {
  const native = nativeReadings(chosen);
  assert.equal(films.length, 3);
  for (const film of chosen) {
    const { probability, verdict } = native.get(basename(film));
    const line = films.find(({ file }) => file === basename(film));
    assert.ok(Math.abs(number(line.probability) - probability) < 1e-4, line.probability);
    assert.equal(line.verdict.replace(" ", "_"), verdict.replace(" ", "_"));
    assert.ok(number(line.threshold) > 0 && number(line.threshold) < 1);
    assert.ok(number(line.inference_ms) > 0);
  }
  const bad = films.find(({ error }) => error);
  assert.equal(bad.verdict, "no answer");
  assert.match(bad.error, /not a picture/);
}

/** What the browser saves when this button is clicked, without any request. */
async function saved(testid) {
  const requests = visit.requests.length;
  const [download] = await Promise.all([visit.page.waitForEvent("download"), visit.id(testid).click()]);
  const text = readFileSync(await download.path(), "utf8");
  assert.deepEqual(visit.requests.slice(requests).filter((url) => url.startsWith("http")), []);
  return { name: download.suggestedFilename(), text };
}

/** The records of a table, parsed by the grammar of RFC 4180. */
function records(table) {
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/y;
  const lines = [[]];
  while (field.lastIndex < table.length) {
    const match = field.exec(table);
    assert.ok(match, `no field after ${JSON.stringify(lines.at(-1))}`);
    lines.at(-1).push(match[1]?.replaceAll('""', '"') ?? match[2]);
    if (match[3] !== ",") lines.push([]);
  }
  return lines.slice(0, -1);
}
