// The heat map over a film: it shows its progress, can be cancelled, is explained, and stays aligned with the film.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { view } from "./stage.js";
import { assertCount, open } from "./visit.js";

const SICK = samples[8];

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(async () => {
  const { complaints } = visit;
  await visit.end();
  assert.deepEqual(complaints, []);
});

async function withMap(film, options) {
  visit = await fixture.visit(options);
  await visit.loaded();
  const stage = await view(visit, film);
  await stage.click("heat-map-toggle");
  await stage.card.getByTestId("heat-map-legend").waitFor();
  return stage;
}

test("a heat map is made without a request, lies over the film, and is described in words and numbers", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const stage = await view(visit, SICK);
  const requests = visit.requests.length;
  await stage.key("e");
  const legend = stage.card.getByTestId("heat-map-legend");
  await legend.waitFor();
  assert.deepEqual(visit.requests.slice(requests).filter((url) => url.startsWith("http")), []);
  const text = await legend.textContent();
  assert.match(text, /evidence against pneumonia/);
  assert.match(text, /evidence for pneumonia: \+\d+\.\d\d/);
  assert.match(text, /Strongest evidence for pneumonia: the (upper|middle|lower)?.*(left|right|middle) of the picture \(\+\d/);
  const announced = await visit.id("announcement").textContent();
  assert.ok(announced.includes(`Heat map of ${basename(SICK)}: Strongest evidence for pneumonia`), announced);

  const { data } = await stage.pixels("heat-map");
  const colours = { orange: 0, blue: 0, clear: 0 };
  for (let at = 0; at < data.length; at += 4) {
    const [red, , blue, alpha] = data.slice(at, at + 4);
    if (alpha < 128) colours.clear++;
    else if (red > blue + 30) colours.orange++;
    else if (blue > red + 30) colours.blue++;
  }
  assert.ok(colours.orange > 0, "somewhere it is evidence for pneumonia");
  assert.ok(colours.clear > data.length / 4 / 20, "the film is seen where there is no evidence");
});

test("the heat map turns and zooms with the film", async () => {
  const stage = await withMap(SICK);
  await stage.stage.focus();
  const upright = await stage.pixels("heat-map");
  const film = await stage.pixels("picture");
  assert.deepEqual([upright.width, upright.height], [film.width, film.height]);
  await visit.page.keyboard.press("h");
  const mirrored = await stage.pixels("heat-map");
  const at = ({ width, data }, x, y) => data.slice(4 * (y * width + x), 4 * (y * width + x) + 4);
  const { width, height } = upright;
  let largest = 0;
  for (let y = 5; y < height; y += 17) {
    for (let x = 5; x < width - 5; x += 13) {
      const [one, other] = [at(upright, x, y), at(mirrored, width - 1 - x, y)];
      largest = Math.max(largest, ...one.map((value, channel) => Math.abs(value - other[channel])));
    }
  }
  assert.ok(largest <= 24, `a pixel differs by ${largest}`);
  const same = upright.data.every((value, index) => Math.abs(value - mirrored.data[index]) < 24);
  assert.ok(!same, "the map of this film is not symmetrical");

  await visit.page.keyboard.press("h");
  for (let step = 0; step < 4; step++) await visit.page.keyboard.press("+");
  const zoomed = await stage.pixels("heat-map");
  const factor = 1.25 ** 4;
  const from = (x, side) => Math.round(side / 2 + (x - side / 2) / factor);
  largest = 0;
  for (let y = 5; y < height; y += 17) {
    for (let x = 5; x < width; x += 13) {
      const [one, other] = [at(zoomed, x, y), at(upright, from(x, width), from(y, height))];
      largest = Math.max(largest, ...one.map((value, channel) => Math.abs(value - other[channel])));
    }
  }
  assert.ok(largest <= 48, `a pixel of the zoomed map differs by ${largest}`);
});

test("the work shows its progress and can be cancelled between steps", async () => {
  // The worker's answers wait until the test lets them through, so that there is time to cancel.
  const prepare = (page) =>
    page.addInitScript(() => {
      const original = Object.getOwnPropertyDescriptor(Worker.prototype, "onmessage");
      window.holds = false;
      window.covered = 0;
      Object.defineProperty(Worker.prototype, "onmessage", {
        ...original,
        set(listener) {
          original.set.call(this, listener && ((event) => {
            const covered = event.data?.Covered;
            if (covered) window.covered++;
            if (covered && window.covered > 3 && window.holds) window.held = () => listener(event);
            else listener(event);
          }));
        },
      });
    });
  visit = await fixture.visit({ prepare });
  await visit.loaded();
  const stage = await view(visit, SICK);
  await visit.page.evaluate(() => (window.holds = true));
  const toggle = stage.card.getByTestId("heat-map-toggle");
  await toggle.click();
  const progress = stage.card.getByTestId("heat-map-progress");
  await visit.page.waitForFunction(() => window.held);
  assert.equal(await progress.getAttribute("max"), "14");
  assert.equal(await progress.getAttribute("value"), "3");
  assert.match(await toggle.textContent(), /Cancel/);
  await toggle.click();
  await assertCount(progress, 0);
  const covered = await visit.page.evaluate(() => {
    window.holds = false;
    window.held();
    return window.covered;
  });
  await visit.page.waitForTimeout(300);
  assert.equal(await visit.page.evaluate(() => window.covered), covered, "no further step was asked for");
  await assertCount(stage.card.getByTestId("heat-map"), 0);

  await toggle.click();
  await stage.card.getByTestId("heat-map-legend").waitFor();
  assert.match(await toggle.textContent(), /Hide/);
});

test("the slider makes the map more or less opaque, and the button hides it", async () => {
  const stage = await withMap(SICK);
  const opacity = () => stage.card.getByTestId("heat-map").evaluate((map) => Number(getComputedStyle(map).opacity));
  const slider = stage.card.getByTestId("heat-map-opacity");
  const first = await opacity();
  await slider.focus();
  for (let step = 0; step < 4; step++) await visit.page.keyboard.press("ArrowRight");
  assert.ok(Math.abs((await opacity()) - first - 0.2) < 0.01, `${await opacity()} after ${first}`);
  await slider.fill("0");
  assert.equal(await opacity(), 0);
  await stage.click("heat-map-toggle");
  await assertCount(stage.card.getByTestId("heat-map"), 0);
  await stage.click("heat-map-toggle");
  await assertCount(stage.card.getByTestId("heat-map"), 1);
});
