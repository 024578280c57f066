// Film files that are unusual or not quite right, each read in the browser as trainer/tests/odd_files.rs reads it
// natively. The folder `odd_files` of the films says what is right.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { nativeReadings } from "./films.js";
import { open } from "./visit.js";

const DATA = process.env.CHEST_XRAY_DATA;
const skip = DATA ? false : "CHEST_XRAY_DATA does not name a folder of films";
/** How far a probability may be from the reference's. */
const TOLERANCE = 0.02;

let fixture;
before(async () => (fixture = await open()));
after(() => fixture.close());

test("every odd file is read, told or refused as it should be", { skip }, async () => {
  const folder = join(DATA, "odd_files");
  const [names, ...rows] = records(readFileSync(join(folder, "expected.csv"), "utf8"));
  const films = rows
    .map((row) => Object.fromEntries(names.map((name, place) => [name, row[place]])))
    .filter(({ file }) => !file.endsWith(".safetensors"));
  assert.ok(films.length > 50, "the table is read");
  const references = films.filter(({ reference }) => reference).map(({ reference }) => join(folder, reference));
  const native = nativeReadings(references);
  const visit = await fixture.visit();
  const faults = [];
  for (const { file, kind, reference } of films) {
    await visit.choose(join(folder, file));
    const outcome = await outcomeOf(visit, file);
    const right = reference && native.get(reference.replace("reference/", ""));
    const fault = faultOf(kind, outcome, right);
    if (fault) faults.push(`${file} (${kind}): ${fault}`);
    await visit.id("clear").click();
  }
  await visit.end();
  assert.deepEqual(faults, []);
});

/** What became of a film: its probability and remarks, or an error. */
async function outcomeOf(visit, file) {
  const card = visit.card(file).first();
  const error = card.getByTestId("error");
  const probability = card.getByTestId("probability");
  await error.or(probability).first().waitFor();
  if (await error.count()) return { error: await error.textContent() };
  return {
    probability: Number(await probability.getAttribute("data-value")),
    unassessable: (await card.getByTestId("cannot-assess").count()) > 0,
    remarks: (await card.getByTestId("remarks").allTextContents()).join(" "),
  };
}

/** What is wrong with an outcome, if anything is. */
function faultOf(kind, outcome, right) {
  const differs = () => {
    if (!right) return null;
    const same =
      Math.abs(outcome.probability - right.probability) <= TOLERANCE && outcome.unassessable === Boolean(right.cannot_assess);
    return same ? null : `${outcome.probability}, the reference ${right.probability}`;
  };
  if (kind === "refused") return outcome.error ? null : "read";
  if (outcome.error) {
    if (kind === "told" && !right) return null;
    if (kind === "unsupported" && outcome.error.includes("can't be read here")) return null;
    return outcome.error;
  }
  if (kind === "unremarked" && outcome.remarks) return outcome.remarks;
  if (kind === "told" && !outcome.remarks) return "read without a remark";
  return differs();
}

/** The records of a table with quoted fields, which hold no line ends. */
function records(table) {
  const fields = (line) => [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain);
  return table.trim().split(/\r?\n/).map(fields);
}
