// Whole folders: chosen or dropped, labelled by their subfolders, without files that are not films, and of any size.

import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { assertNative, folder, samples } from "./films.js";
import { project } from "./site.js";
import { assertCount, open, watchTasks } from "./visit.js";

const MANY = 5000;

let fixture, visit, made;
before(async () => {
  fixture = await open();
  made = mkdtempSync(join(tmpdir(), "films-"));
  cpSync(folder, join(made, "study"), { recursive: true });
  const beside = ["notes.csv", "read me.txt", ".DS_Store", "Thumbs.db", "NORMAL/desktop.ini", "DICOMDIR"];
  for (const name of beside) writeFileSync(join(made, "study", name), "no film");
});
after(() => {
  rmSync(made, { recursive: true });
  return fixture.close();
});
afterEach(() => visit?.end());

test("a chosen folder is read with all folders in it, labelled by them, and other files are skipped", async () => {
  visit = await fixture.visit();
  await visit.chooseFolder(join(made, "study"));
  await assertNative(visit, samples);
  await assertLabelled();
});

test("a dropped folder is read like a chosen one", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await drop([join(made, "study")]);
  await assertNative(visit, samples);
  await assertLabelled();
});

test("dropped files without a folder carry no label", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  await drop([samples[0]]);
  await visit.answer(samples[0]);
  assert.doesNotMatch(await visit.card(samples[0]).textContent(), /Labelled/);
});

test(`${MANY} films leave the page responsive, and are worked like few`, async (t) => {
  visit = await fixture.visit();
  await visit.loaded();
  const film = readFileSync(join(project, "tests/golden/films/grey8.jpeg")).toString("base64");
  await visit.page.evaluate(watchTasks);
  await visit.page.evaluate(dropCopies, { film, count: MANY });
  await visit.id("worklist").waitFor();
  assert.equal(await visit.id("shown").textContent(), `${MANY} of ${MANY} films shown`);
  assert.equal(await visit.id("worklist").getAttribute("aria-rowcount"), String(MANY + 1));
  await visit.page.waitForFunction(() => document.querySelector("[data-testid=run-progress]").value >= 300, null, { timeout: 120_000 });
  await visit.id("worklist").focus();
  await visit.page.keyboard.press("End");
  await visit.card(`film-${MANY - 1}.jpeg`).waitFor();
  assert.ok(await visit.row(`film-${MANY - 1}.jpeg`).isVisible());
  await visit.id("filter-name").fill("film-4321");
  assert.equal(await visit.id("shown").textContent(), `1 of ${MANY} films shown`);
  await visit.id("filter-name").fill("");
  await visit.id("sort-name").click();
  const { elements, canvases } = await visit.page.evaluate(() => ({
    elements: document.querySelectorAll("[data-testid=worklist] *").length,
    canvases: document.querySelectorAll("canvas").length,
  }));
  assert.ok(elements < 1000 && canvases < 100, `${elements} elements and ${canvases} canvases`);
  const tasks = await visit.page.evaluate(() => window.tasks);
  const read = await visit.id("run-progress").evaluate(({ value }) => value);
  t.diagnostic(`longest task ${Math.max(0, ...tasks).toFixed(0)} ms, ${tasks.length} of more than 50 ms; ${read} films read meanwhile`);
  await visit.id("cancel").click();
  await visit.listed();
  assert.deepEqual(visit.complaints, []);
});

async function assertLabelled() {
  for (const film of samples) {
    const label = film.includes("PNEUMONIA") ? "pneumonia" : "normal";
    assert.match(await visit.card(film).textContent(), new RegExp(`study/${label}.*Labelled ${label}`, "i"));
  }
  await assertCount(visit.id("result"), samples.length);
  assert.equal(await visit.id("left-out").textContent(), "6 files were skipped because they are not films.");
  await assertCount(visit.id("error"), 0);
}

/** Drops files and folders of this computer onto the page, as from its desktop. */
async function drop(files) {
  const session = await visit.context.newCDPSession(visit.page);
  const data = { items: [], files, dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"]) {
    await session.send("Input.dispatchDragEvent", { type, x: 300, y: 300, data });
  }
}

/** Drops this many copies of a film, under different names. */
function dropCopies({ film, count }) {
  const bytes = Uint8Array.from(atob(film), (letter) => letter.charCodeAt(0));
  const transfer = new DataTransfer();
  for (let copy = 0; copy < count; copy++) {
    transfer.items.add(new File([bytes], `film-${String(copy).padStart(4, "0")}.jpeg`, { type: "image/jpeg" }));
  }
  // In a separate task, without the time that making the copies took.
  setTimeout(() => {
    window.tasks.length = 0;
    document.body.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }, 200);
}
