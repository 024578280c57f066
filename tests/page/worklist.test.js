// More films than there is room for as cards become a list, which can be sorted, filtered and operated by keyboard.

import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { nativeReadings, samples } from "./films.js";
import { project } from "./site.js";
import { assertCount, open } from "./visit.js";

const letter = { name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear colleague") };
const golden = ["grey8.png", "grey16.png"].map((name) => join(project, "tests/golden/films", name));

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const names = (films) => films.map((film) => basename(film));
const rows = () => visit.id("worklist-row").evaluateAll((rows) => rows.map((row) => row.dataset.file));
const selected = () => visit.page.locator("[data-testid=worklist-row][aria-selected=true]").getAttribute("data-file");
const press = (key) => visit.page.keyboard.press(key);

/** Chooses the samples and more, and waits until all are read. */
async function list(more = [...golden, letter]) {
  visit = await fixture.visit({ viewport: { width: 1280, height: 1600 }, prepare: (page) => page.addInitScript(countFilms) });
  await visit.choose(samples);
  // In separate choices, since Playwright takes either paths or buffers.
  for (const film of more) await visit.choose(film);
  await visit.listed();
}

test("sixteen films are cards, one more makes them a list with one card", async () => {
  visit = await fixture.visit();
  await visit.choose(samples);
  await assertCount(visit.id("result"), 16);
  await assertCount(visit.id("worklist"), 0);
  await visit.answer(samples[15]);
  await visit.card(samples[15]).scrollIntoViewIfNeeded();
  const before = await visit.card(samples[15]).getByTestId("picture").evaluate((canvas) => canvas.toDataURL());
  await visit.choose(golden[0]);
  await visit.listed();
  await assertCount(visit.id("result"), 1);
  assert.equal(await visit.id("worklist").getAttribute("aria-rowcount"), "18");
  await visit.answer(golden[0]);
  await visit.card(golden[0]).getByTestId("remove").click();
  await visit.answer(samples[15]);
  await assertCount(visit.id("result"), 16);
  await visit.card(samples[15]).scrollIntoViewIfNeeded();
  await visit.page.waitForFunction((before) => document.querySelectorAll("[data-testid=picture]")[15].toDataURL() === before, before);
});

test("the list is sorted by each column, both ways, and back to the order of the choice", async () => {
  await list();
  const chosen = await rows();
  assert.equal(chosen.length, 19);
  const native = nativeReadings([...samples, ...golden]);
  const probability = (file) => (native.get(file)?.cannot_assess ? undefined : native.get(file)?.probability);
  const judged = chosen.filter((file) => probability(file) !== undefined);
  const rising = judged.toSorted((a, b) => probability(a) - probability(b));
  const sorts = {
    "sort-name": [chosen.toSorted(), chosen.toSorted().reverse()],
    "sort-probability": [rising, rising.toReversed()],
  };
  for (const [testid, orders] of Object.entries(sorts)) {
    for (const order of orders) {
      await visit.id(testid).click();
      // Films without a probability come last in both orders.
      assert.deepEqual((await rows()).slice(0, order.length), order, testid);
    }
    await visit.id(testid).click();
    assert.deepEqual(await rows(), chosen);
  }
  await visit.id("sort-verdict").click();
  const signs = await visit.page.locator("[data-testid=worklist-row] .sign").allTextContents();
  assert.match(signs.join(""), /^[▲≈]+[▽≈]+\?*!$/, "pneumonia first, then the normal ones, what can't be assessed, and the letter");
  await visit.id("sort-state").click();
  assert.equal((await rows())[0], "letter.png", "what failed stands before what is read");
  assert.equal(await visit.page.locator("th[aria-sort=ascending]").textContent(), "State ↑");
});

test("the list is filtered by name and by what became of the films", async () => {
  await list();
  const shown = () => visit.id("shown").textContent();
  await visit.id("filter-name").fill("BACTERIA");
  assert.deepEqual(await rows(), names(samples.slice(8)));
  assert.equal(await shown(), "8 of 19 films shown");
  await visit.id("filter-name").fill("no such film");
  assert.deepEqual(await rows(), []);
  await assertCount(visit.id("result"), 0);
  await visit.id("filter-name").fill("");
  await visit.id("filter-outcome").selectOption("failed");
  assert.deepEqual(await rows(), ["letter.png"]);
  assert.match(await visit.error("letter.png"), /not a picture/);
  await visit.id("filter-outcome").selectOption("pneumonia");
  const native = [...nativeReadings(samples)].filter(([, { verdict }]) => verdict === "pneumonia").map(([file]) => file);
  assert.deepEqual((await rows()).filter((file) => names(samples).includes(file)), native);
});

test("the keyboard selects, opens and removes films", async () => {
  await list();
  const all = await rows();
  await visit.id("worklist").focus();
  assert.equal(await selected(), all[0], "the newest choice is shown first");
  const keys = [["ArrowDown", 1], ["ArrowDown", 2], ["ArrowUp", 1], ["End", 18], ["ArrowDown", 18], ["Home", 0]];
  for (const [key, place] of keys) {
    await press(key);
    assert.equal(await selected(), all[place], key);
    assert.equal(await visit.id("result").getAttribute("data-file"), all[place]);
    const active = await visit.id("worklist").getAttribute("aria-activedescendant");
    assert.equal(await visit.page.locator(`#${active}`).getAttribute("data-file"), all[place]);
  }
  await press("ArrowDown");
  await press("Delete");
  assert.deepEqual(await rows(), all.filter((_, place) => place !== 1));
  assert.equal(await selected(), all[2], "the next film is selected");
  await press("Enter");
  assert.equal(await visit.page.evaluate(() => document.activeElement.textContent), all[2]);
  await press("Shift+Tab");
  assert.ok(await visit.page.evaluate(() => document.activeElement.closest("[data-testid=worklist]")), "back in the list");
});

test("only the film that is shown has its picture at full size: another one's is loaded again", async () => {
  await list();
  // A picture of 64 pixels scaled up to the stage has few edges.
  const sharp = () =>
    visit.page.waitForFunction(() => {
      const canvas = document.querySelector("[data-testid=picture]");
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, height / 2, width, 1);
      const grey = data.filter((_, at) => at % 4 === 0);
      const bends = grey.slice(2).filter((next, at) => Math.abs(next - 2 * grey[at + 1] + grey[at]) > 1);
      return bends.length > width / 8;
    });
  for (const film of [samples[0], samples[9], samples[0]]) {
    const posted = await visit.page.evaluate(() => window.posted);
    await visit.row(film).click();
    await visit.answer(film);
    await sharp();
    assert.equal(await visit.page.evaluate(() => window.posted), posted + 1, "the film was opened once more");
  }
  const thumbnails = await visit.id("thumbnail").evaluateAll((all) => all.map((canvas) => [canvas.width, canvas.height]));
  assert.equal(thumbnails.length, 18);
  assert.ok(thumbnails.every((sides) => Math.max(...sides) <= 64));
});

test("progress is told, and cancel drops the films that wait and keeps the rest", async () => {
  visit = await fixture.visit({ prepare: (page) => page.addInitScript(holdFilms) });
  await visit.phase("ready");
  await visit.choose(samples);
  await visit.choose([...golden, ...samples.slice(0, 6)]);
  await visit.page.waitForFunction(() => window.held.length > 0);
  await visit.page.evaluate(() => window.release(3));
  await visit.id("run-words").getByText("3 of 24 films read").waitFor();
  assert.match(await visit.id("run-words").textContent(), /left$/);
  const bar = await visit.id("run-progress").evaluate(({ value, max }) => [value, max]);
  assert.deepEqual(bar, [3, 24]);
  await visit.id("cancel").click();
  await visit.page.evaluate(() => window.release(Infinity));
  await visit.page.waitForFunction(() => document.querySelector("[data-testid=status]").textContent.includes("Ready to read"));
  assert.ok((await visit.id("result").count()) < 16, "those that waited are gone");
  assert.ok((await visit.id("probability").count()) >= 3, "those that were read are there");
  await assertCount(visit.page.getByText("Waiting to be read"), 0);
});

test("screen readers hear progress in tenths, not of each of many films", async () => {
  await list();
  await visit.id("clear").click();
  await visit.choose([...samples, ...samples, ...samples].slice(0, 40));
  await visit.listed();
  const told = await visit.id("announcement").locator("p").allTextContents();
  assert.ok(told.includes("20 of 40 films are read."), told.join("\n"));
  assert.ok(told.length <= 12, told.join("\n"));
});

test("a reload keeps nothing unless asked, then answers without pictures, and deletes them when told to", async () => {
  await list();
  await visit.page.reload();
  await visit.phase("ready");
  await assertCount(visit.id("worklist-row"), 0);
  assert.deepEqual(await stored(), []);

  await visit.choose(samples[10]);
  const { probability, verdict } = await visit.answer(samples[10]);
  await visit.choose(letter);
  const error = await visit.error("letter.png");
  await visit.id("keep-worklist").check();
  await visit.page.reload();
  await visit.phase("ready");
  const again = await visit.answer(samples[10]);
  assert.equal(again.probability, probability);
  assert.equal(again.verdict, verdict);
  assert.equal(await visit.error("letter.png"), error);
  assert.match(await visit.card(samples[10]).getByTestId("kept").textContent(), /without its picture/);
  assert.equal(await visit.card(samples[10]).getByTestId("picture").isVisible(), false, "no empty picture is shown");
  assert.ok((await stored()).every(([, text]) => text.length < 5000), "no picture is stored");

  await visit.id("keep-worklist").uncheck();
  assert.deepEqual(await stored(), []);
  await visit.page.reload();
  await visit.phase("ready");
  await assertCount(visit.id("result"), 0);
  assert.deepEqual(visit.complaints, []);
});

const stored = () => visit.page.evaluate(() => Object.entries(localStorage).filter(([key]) => key !== "notice-accepted"));

/** Counts the films sent to workers in `window.posted`. */
function countFilms() {
  window.posted = 0;
  window.Worker = class extends Worker {
    postMessage(message, transfer) {
      if (message.Read || message.Pictures) window.posted++;
      super.postMessage(message, transfer ?? []);
    }
  };
}

/** Holds back films from the workers until `release` lets this many through. */
function holdFilms() {
  window.held = [];
  let free = 0;
  window.release = (count) => {
    free += count;
    while (free > 0 && window.held.length > 0) {
      free--;
      window.held.shift()();
    }
  };
  window.Worker = class extends Worker {
    postMessage(message, transfer) {
      if (message.Read && free === 0) window.held.push(() => super.postMessage(message));
      else {
        if (message.Read) free--;
        super.postMessage(message, transfer ?? []);
      }
    }
  };
}
