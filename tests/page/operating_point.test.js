// The visitor chooses the operating point and the prevalence; every card updates at once, without reading again.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const normal = samples.slice(0, 8);

/** The unrounded value of a figure in the panel. */
const figure = async (testid) => Number(await visit.id(testid).getAttribute("data-value"));

test("another operating point changes the verdicts by its threshold, without reading again", async () => {
  visit = await fixture.visit();
  await visit.choose(normal);
  const before = [];
  for (const film of normal) before.push(await visit.answer(film));
  const balanced = await figure("threshold");
  assert.ok(before.every(({ probability, verdict }) => (verdict === "pneumonia") === probability >= balanced));

  await visit.id("choose-screening").check();
  const screening = await figure("threshold");
  assert.ok(screening < balanced);
  let turned = 0;
  for (const [at, film] of normal.entries()) {
    const { probability, milliseconds, verdict } = await visit.answer(film);
    assert.equal(verdict, probability >= screening ? "pneumonia" : "no pneumonia", film);
    assert.deepEqual([probability, milliseconds], [before[at].probability, before[at].milliseconds], "read again");
    turned += verdict !== before[at].verdict;
  }
  assert.ok(turned > 0, "no verdict changed");
  assert.match(await visit.card(normal[0]).getByTestId("explanation").textContent(), /screening operating point/);
  assert.match(await visit.id("announcement").textContent(), /Operating point: pneumonia from .* of 8 films that were judged/);
});

test("the slider goes along the ROC curve, from calling none to calling all", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[3]);
  await visit.answer(samples[3]);
  const slider = visit.id("curve-slider");
  await slider.focus();
  await visit.page.keyboard.press("Home");
  assert.equal(await visit.id("choose-curve").isChecked(), true);
  assert.deepEqual([await figure("sensitivity"), await figure("specificity")], [0, 1]);
  assert.equal((await visit.answer(samples[3])).verdict, "no pneumonia");
  const sensitivities = [0];
  for (let press = 0; press < 4; press++) {
    await visit.page.keyboard.press("ArrowRight");
    sensitivities.push(await figure("sensitivity"));
  }
  assert.deepEqual(sensitivities, sensitivities.toSorted((a, b) => a - b));
  await visit.page.keyboard.press("End");
  assert.deepEqual([await figure("sensitivity"), await figure("specificity")], [1, 0]);
  assert.equal((await visit.answer(samples[3])).verdict, "pneumonia");
  assert.match(await slider.getAttribute("aria-valuetext"), /pneumonia from .*sensitivity 100.%, specificity 0.%/);
});

test("figures stand with their intervals, and predictive values follow from them and the prevalence", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  for (const prevalence of [0.05, 0.6]) {
    await visit.id("prevalence").fill(String(prevalence * 100));
    await visit.page.keyboard.press("Enter");
    const [sensitivity, specificity] = [await figure("sensitivity"), await figure("specificity")];
    const [called, wrongly] = [sensitivity * prevalence, (1 - specificity) * (1 - prevalence)];
    const [missed, rightly] = [(1 - sensitivity) * prevalence, specificity * (1 - prevalence)];
    assert.ok(Math.abs((await figure("ppv")) - called / (called + wrongly)) < 1e-9);
    assert.ok(Math.abs((await figure("npv")) - rightly / (rightly + missed)) < 1e-9);
  }
  for (const testid of ["sensitivity", "specificity", "ppv", "npv"]) {
    const [value, low, high] = (await visit.id(testid).textContent()).match(/[\d.]+/g).map(Number);
    assert.ok(low <= value && value <= high && low < high, `${testid}: ${value} (${low} to ${high})`);
  }
});

test("a probability moves with the prevalence that the reader sets, and the verdict stays", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  const { probability, verdict } = await visit.answer(samples[0]);
  const card = visit.card(samples[0]);
  assert.match(await card.getByTestId("explanation").textContent(), /the film lowers it/);
  const prior = Number(await visit.id("prevalence").inputValue()) / 100;
  await visit.id("prevalence").fill("10");
  await visit.page.keyboard.press("Tab");
  const shifted = Number(await card.getByTestId("shifted-probability").getAttribute("data-value"));
  const odds = (probability / (1 - probability)) * (0.1 / 0.9) / (prior / (1 - prior));
  assert.ok(Math.abs(shifted - odds / (1 + odds)) < 1e-3, `${shifted} for odds of ${odds}`);
  assert.ok(shifted < probability / 2, "a rare disease is less likely");
  // The calibrated one is still shown, and the verdict does not depend on the prevalence.
  assert.deepEqual(await visit.answer(samples[0]).then((answer) => [answer.probability, answer.verdict]), [probability, verdict]);

  await visit.id("prevalence").fill("140");
  await visit.page.keyboard.press("Tab");
  assert.equal(await visit.id("prevalence").inputValue(), "10", "no share of films");
  await visit.id("reset-prevalence").click();
  await assertCount(card.getByTestId("shifted-probability"), 0);
});

test("a probability that the threshold can't be told from is called uncertain, in words and with a sign", async () => {
  visit = await fixture.visit();
  await visit.choose(samples);
  const readings = [];
  for (const film of samples) readings.push({ film, ...(await visit.answer(film)) });
  let [uncertain, certain] = [0, 0];
  for (const point of ["choose-balanced", "choose-screening"]) {
    await visit.id(point).check();
    const [from, to] = (await visit.id("uncertain-zone").textContent()).match(/[\d.]+/g).map((end) => Number(end) / 100);
    assert.ok(from <= (await figure("threshold")) && (await figure("threshold")) <= to && from < to);
    for (const { film, probability } of readings) {
      // The zone's ends are rounded for display.
      if (Math.min(Math.abs(probability - from), Math.abs(probability - to)) < 1e-3) continue;
      const card = visit.card(film);
      const inside = from < probability && probability < to;
      await assertCount(card.getByTestId("uncertain"), inside ? 1 : 0, `${film}: ${probability}`);
      const line = await card.locator(".verdict").textContent();
      const explanation = await card.getByTestId("explanation").textContent();
      if (inside) {
        assert.match(line, /≈.*Uncertain, likely .*pneumonia/);
        assert.match(explanation, /the band on the scale/);
        uncertain += 1;
      } else {
        assert.match(line, /[▲▽]/);
        certain += 1;
      }
    }
  }
  assert.ok(uncertain > 0 && certain > 0, `${uncertain} uncertain, ${certain} certain`);
});
