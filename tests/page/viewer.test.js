// The viewer of a film: what a visitor does with mouse, fingers and keys, and what the film then looks like.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { samples } from "./films.js";
import { madeFilm } from "./made_film.js";
import { view } from "./stage.js";
import { open } from "./visit.js";

const golden = (name) => fileURLToPath(new URL(`../golden/dicom/${name}`, import.meta.url));

/** A dark film of 400 × 300 with a bright square of 20 × 20 around (100, 60), left and above of the middle. */
const LANDMARK = madeFilm("landmark.dcm", 400, 300, (x, y) => (x >= 90 && x < 110 && y >= 50 && y < 70 ? 60000 : 3000));

let house, visit;
before(async () => (house = await open()));
after(() => house.close());
afterEach(async () => {
  const { complaints } = visit;
  await visit.end();
  assert.deepEqual(complaints, []);
});

const near = (actual, expected, tolerance, what) =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${what}: ${actual}, not ${expected}`);

async function type(stage, testid, number) {
  await stage.card.getByTestId(testid).fill(String(number));
  await stage.visit.page.keyboard.press("Enter");
}

test("a 16-bit DICOM film is windowed in its full depth: every pixel is what the standard says of its value", async () => {
  visit = await house.visit();
  await visit.loaded();
  // As tests/golden/make_dicom.py made it: a ramp with a disc from 100 to 60,000.
  const film = golden("jpeg_lossless.dcm");
  const value = (x, y) => {
    const shape = 0.6 * x / 48 + 0.25 * y / 40 + 0.15 * ((x - 20) ** 2 + (y - 15) ** 2 < 80);
    return Math.round(100 + (60000 - 100) * shape);
  };
  const stage = await view(visit, film);
  await stage.key("o");
  await stage.fullDepth();
  const [level, width] = [24_000, 1_500];
  await type(stage, "window-level", level);
  await type(stage, "window-width", width);
  const { width: columns, height: rows, data } = await stage.pixels();
  const [left, top] = [Math.round(columns / 2 - 24), Math.round(rows / 2 - 20)];
  let error = 0;
  for (let y = 0; y < 40; y++) {
    for (let x = 0; x < 48; x++) {
      const through = (value) => Math.min(Math.max((value - level) / width + 0.5, 0), 1) * 255;
      const grey = through(value(x, y));
      const shown = data[4 * ((top + y) * columns + left + x)];
      near(shown, grey, 1, `${x}, ${y}, of the value ${value(x, y)}`);
      error = Math.max(error, Math.abs(grey - through(Math.round(value(x, y) / 257) * 257)));
    }
  }
  assert.ok(error > 10, `an 8-bit copy would be wrong by ${error} steps of grey at most`);
});

test("dragging to the right shows more values, downwards makes the film darker, as in OHIF", async () => {
  visit = await house.visit();
  await visit.loaded();
  const stage = await view(visit, samples[0]);
  await stage.key("a");
  await stage.fullDepth();
  const look = async () => {
    const { data } = await stage.pixels();
    const grey = data.filter((_, at) => at % 4 === 0);
    const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
    const spread = Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
    return { mean, spread, level: await stage.value("window-level"), width: await stage.value("window-width") };
  };
  const first = await look();
  await stage.drag(120, 0);
  const wider = await look();
  assert.ok(wider.width > first.width * 1.2, `${wider.width} after ${first.width}`);
  near(wider.level, first.level, 0.02, "the level stays");
  assert.ok(wider.spread < first.spread * 0.9, `contrast ${wider.spread} after ${first.spread}`);
  await stage.drag(0, 60);
  const darker = await look();
  assert.ok(darker.level > wider.level && darker.mean < wider.mean - 10, JSON.stringify([wider, darker]));
  await stage.key("Shift+ArrowDown");
  assert.ok((await look()).level > darker.level);
  await stage.key("Shift+ArrowLeft");
  assert.ok((await look()).width < darker.width);
});

test("a film's own windows are offered by their names, and shown by choice and by digit", async () => {
  visit = await house.visit();
  await visit.loaded();
  const windows = [[30_000, 60_000, "NORMAL"], [10_000, 4_000, "SOFT TISSUE"]];
  const film = madeFilm("windows.dcm", 64, 64, () => 10_500, windows);
  const stage = await view(visit, film);
  const grey = async () => {
    const { width, height, data } = await stage.pixels();
    return data[4 * (width * Math.floor(height / 2) + Math.floor(width / 2))];
  };
  const shownBy = ([center, width]) => ((10_500 - (center - 0.5)) / (width - 1) + 0.5) * 255;
  near(await grey(), shownBy(windows[0]), 1, "as in the file");
  await stage.card.getByTestId("window-preset").focus();
  await stage.fullDepth();
  const names = await stage.card.getByTestId("window-preset").locator("option").allTextContents();
  assert.deepEqual(names.slice(0, 2), ["NORMAL", "SOFT TISSUE"]);
  await stage.card.getByTestId("window-preset").selectOption("SOFT TISSUE");
  near(await grey(), shownBy(windows[1]), 1, "SOFT TISSUE");
  assert.equal(await stage.value("window-level"), 10_000);
  await stage.key("1");
  near(await grey(), shownBy(windows[0]), 1, "NORMAL");
  await stage.key("2");
  near(await grey(), shownBy(windows[1]), 1, "SOFT TISSUE again");
  await stage.key("i");
  near(await grey(), 255 - shownBy(windows[1]), 1, "inverted");
});

test("the wheel zooms to the pointer once the film was clicked, and scrolls the page before", async () => {
  visit = await house.visit({ viewport: { width: 1280, height: 500 } });
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  const before = await stage.landmark();
  const place = await stage.place();
  const { mouse } = visit.page;
  const scale = place.width / before.stage.width;
  await mouse.move(place.x + before.x * scale, place.y + before.y * scale);
  const scrolled = await visit.page.evaluate(() => scrollY);
  await mouse.wheel(0, 60);
  await visit.page.waitForFunction((from) => scrollY > from, scrolled);
  assert.equal((await stage.landmark()).width, before.width, "the film is as large as before");

  await stage.stage.focus();
  const now = await stage.place();
  await mouse.move(now.x + before.x * scale, now.y + before.y * scale);
  const at = await visit.page.evaluate(() => scrollY);
  await mouse.wheel(0, -200);
  const zoomed = await stage.landmark();
  assert.ok(zoomed.width > before.width * 1.5, `${zoomed.width} after ${before.width}`);
  near(zoomed.x, before.x, 2, "what is under the pointer stays there, x");
  near(zoomed.y, before.y, 2, "what is under the pointer stays there, y");
  assert.equal(await visit.page.evaluate(() => scrollY), at, "the page stays");
});

test("each mouse button has its tool: the middle one moves, the right one zooms", async () => {
  visit = await house.visit();
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  const first = await stage.landmark();
  await stage.drag(40, 25, "middle");
  const moved = await stage.landmark();
  near(moved.x - first.x, 40, 1, "x");
  near(moved.y - first.y, 25, 1, "y");
  await stage.drag(0, -100, "right");
  const zoomed = await stage.landmark();
  assert.ok(zoomed.width > first.width * 1.2, `${zoomed.width} after ${first.width}`);
  await stage.key("=");
  const fitted = await stage.landmark();
  near(fitted.x, first.x, 1, "fitted again");
  near(fitted.width, first.width, 1, "as large as at first");
  await stage.click("tool-move");
  assert.equal(await stage.card.getByTestId("tool-move").getAttribute("aria-pressed"), "true");
  await stage.drag(-30, 0);
  near((await stage.landmark()).x - first.x, -30, 1, "moved by the left button with the tool for it");
});

test("keys and buttons turn, mirror, magnify and reset the film as OHIF's do", async () => {
  visit = await house.visit();
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  const first = await stage.landmark();
  /** Where the landmark is from the stage's middle, in film pixels of the upright film. */
  const from = async () => {
    const { x, y, width, stage: size } = await stage.landmark();
    return [(x - size.width / 2) * 20 / width, (y - size.height / 2) * 20 / width].map(Math.round);
  };
  const expected = [-100, -90];
  const are = async ([x, y], what) => {
    const actual = await from();
    near(actual[0], x, 3, `${what}, x`);
    near(actual[1], y, 3, `${what}, y`);
  };
  const [x, y] = expected;
  await are([x, y], "upright");
  await stage.key("r");
  await are([-y, x], "rotated right");
  await stage.click("rotate-left");
  await are([x, y], "and back");
  await stage.key("h");
  await are([-x, y], "mirrored");
  await stage.key("r");
  await are([-y, -x], "mirrored, then rotated right");
  await stage.click("flip-vertical");
  await are([-y, x], "and flipped on the stage");
  await stage.key("Space");
  await are([x, y], "reset");
  await stage.key("o");
  assert.equal((await stage.landmark()).width, 20, "a pixel for a pixel");
  assert.match(await stage.card.getByTestId("zoom").textContent(), /^100/);
  await stage.key("+");
  near((await stage.landmark()).width, 25, 1, "zoomed in by a key");
  await stage.key("-");
  await stage.key("ArrowLeft");
  const { x: movedX, stage: size } = await stage.landmark();
  near(movedX, size.width / 2 + x + size.width / 10, 2, "moved by a key");
  await stage.click("reset");
  near((await stage.landmark()).width, first.width, 0, "as at first");
});

test("the magnifier shows what is under the pointer, larger", async () => {
  visit = await house.visit();
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  const first = await stage.landmark();
  await stage.click("magnify");
  await stage.fullDepth();
  const place = await stage.place();
  await visit.page.mouse.move(place.x + first.x, place.y + first.y);
  const lens = await stage.landmark("magnifier");
  near(lens.width, first.width * 2.5, 2, "two and a half times as large");
  near(lens.x, lens.stage.width / 2, 2, "in its middle");
  await stage.key("m");
  assert.equal(await stage.card.getByTestId("magnifier").count(), 0);
});

test("two fingers zoom and move the film, one of them acts by the chosen tool", async () => {
  visit = await house.visit({ hasTouch: true, viewport: { width: 400, height: 800 } });
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  const first = await stage.landmark();
  await stage.stage.tap();
  await stage.fullDepth();
  let place = await stage.place();
  const devtools = await visit.context.newCDPSession(visit.page);
  const touch = (type, ...points) =>
    devtools.send("Input.dispatchTouchEvent", {
      type,
      touchPoints: points.map(([x, y], id) => ({ x: place.x + x, y: place.y + y, id })),
    });
  const { x, y } = first;
  await touch("touchStart", [x - 20, y], [x + 20, y]);
  for (const apart of [25, 30, 35, 40]) await touch("touchMove", [x - apart, y], [x + apart, y]);
  await touch("touchEnd");
  const pinched = await stage.landmark();
  near(pinched.width / first.width, 2, 0.15, "twice as large");
  near(pinched.x, x, 3, "between the fingers, x");
  near(pinched.y, y, 3, "between the fingers, y");
  await stage.click("tool-move");
  await stage.stage.focus();
  place = await stage.place();
  await touch("touchStart", [100, 100]);
  await touch("touchMove", [110, 105]);
  await touch("touchMove", [130, 115]);
  await touch("touchEnd");
  const moved = await stage.landmark();
  near(moved.x - pinched.x, 30, 2, "moved, x");
  near(moved.y - pinched.y, 15, 2, "moved, y");
});

test("every shortcut is listed under the question mark, and Escape gives the focus back", async () => {
  visit = await house.visit();
  await visit.loaded();
  const stage = await view(visit, LANDMARK);
  await stage.key("?");
  const list = visit.id("shortcuts-list");
  await list.filter({ visible: true }).waitFor();
  const text = await list.textContent();
  for (const told of ["Rotate right", "Flip horizontally", "Invert", "Magnifier", "Fit the whole film", "Automatic window"]) {
    assert.ok(text.includes(told), told);
  }
  await visit.page.keyboard.press("Escape");
  await list.filter({ visible: false }).waitFor({ state: "attached" });
  assert.equal(await visit.page.evaluate(() => document.activeElement.dataset.testid), "stage");
  const names = await stage.card.getByRole("group", { name: "Viewing tools" }).getByRole("button").evaluateAll((buttons) =>
    buttons.map((button) => button.getAttribute("aria-label")),
  );
  assert.equal(names.length, 16);
  assert.ok(names.every((name) => text.includes(name)), names.join());
});

test("only the films last used are held at their full depth, and the others keep their look", async () => {
  visit = await house.visit();
  await visit.loaded();
  const films = ["one.dcm", "two.dcm", "three.dcm"].map((name) => ({ ...LANDMARK, name }));
  const stages = [];
  for (const film of films) stages.push(await view(visit, film));
  for (const stage of stages) {
    await stage.key("a");
    await stage.fullDepth();
    await type(stage, "window-level", 58_000);
  }
  const before = await stages[0].landmark();
  const [first, , third] = await Promise.all(stages.map((stage) => stage.card.getByTestId("depth").textContent()));
  assert.doesNotMatch(first, /Full depth/);
  assert.match(third, /Full depth/);
  assert.equal(await stages[0].value("window-level"), 58_000);
  await stages[0].key("i");
  await stages[0].fullDepth();
  await stages[0].key("i");
  assert.deepEqual(await stages[0].landmark(), before);
});

test("a film of ten megapixels is viewed without a pause", async (t) => {
  visit = await house.visit({ viewport: { width: 1600, height: 1200 } });
  await visit.loaded();
  const film = madeFilm("large.dcm", 3200, 3200, (x, y) => (x * 7 + y * 13) & 0xffff);
  const stage = await view(visit, film);
  await stage.key("a");
  await stage.fullDepth();
  const place = await stage.place();
  const { mouse } = visit.page;
  const frames = async (what, button) => {
    await mouse.move(place.x + place.width / 2, place.y + place.height / 2);
    await mouse.down({ button });
    const times = visit.page.evaluate(() => new Promise((resolve) => {
      const times = [];
      let last = performance.now();
      const frame = (now) => {
        times.push(now - last);
        last = now;
        if (times.length < 60) requestAnimationFrame(frame);
        else resolve(times.slice(1));
      };
      requestAnimationFrame(frame);
    }));
    for (let step = 0; step < 60; step++) {
      await mouse.move(place.x + place.width / 2 + 2 * step, place.y + place.height / 2 + step);
    }
    const sorted = (await times).sort((a, b) => a - b);
    await mouse.up({ button });
    t.diagnostic(`${what}: median ${sorted[30].toFixed(1)} ms a frame, longest ${sorted.at(-1).toFixed(1)} ms`);
    return sorted[30];
  };
  const medians = [await frames("window", "left"), await frames("move", "middle")];
  await stage.key("o");
  medians.push(await frames("window at actual size", "left"), await frames("move at actual size", "middle"));
  // Many times what a quiet machine needs: work that grows with the film would take longer still.
  assert.ok(Math.max(...medians) < 150, medians.join());
});
