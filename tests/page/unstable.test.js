// A film whose verdict is flipped by a small change is called unstable, at the operating point in use.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { nativeReadings, samples } from "./films.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("the films that are unstable are those that the native program finds, by the same changes", async () => {
  visit = await fixture.visit();
  await visit.choose(samples);
  const native = nativeReadings(samples);
  let unstable = 0;
  for (const film of samples) {
    // Shown after the answer, which does not wait for it.
    const told = visit.card(film).getByTestId("unstable");
    await told.or(visit.card(film).getByTestId("stable")).waitFor();
    const changes = native.get(basename(film)).unstable ?? [];
    await assertCount(told, changes.length ? 1 : 0, `${film}: ${changes}`);
    if (changes.length) {
      const text = await told.textContent();
      assert.ok(text.includes("Unstable."), text);
      for (const change of changes) assert.ok(text.includes(change), `${text} lacks ${change}`);
      unstable += 1;
    }
  }
  assert.ok(unstable < samples.length / 2, `${unstable} unstable films`);
  const announced = (await visit.id("announcement").textContent()).match(/ is unstable\./g) ?? [];
  assert.equal(announced.length, unstable, "each unstable film is announced");
});

test("whether a film is unstable hangs on the operating point", async () => {
  visit = await fixture.visit();
  await visit.choose(samples);
  for (const film of samples) {
    const card = visit.card(film);
    await card.getByTestId("unstable").or(card.getByTestId("stable")).waitFor();
  }
  const slider = visit.id("curve-slider");
  const last = Number(await slider.getAttribute("max"));
  const counts = [];
  await slider.focus();
  await visit.page.keyboard.press("Home");
  for (let place = 0; place <= last; place++) {
    counts.push(await visit.id("unstable").count());
    await visit.page.keyboard.press("ArrowRight");
  }
  // If none or all are called pneumonia, no change flips a verdict; in between, some threshold separates the copies.
  assert.deepEqual([counts[0], counts[last]], [0, 0]);
  assert.ok(Math.max(...counts) > 0, `${counts}`);
});
