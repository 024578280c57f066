// Accessibility of the page in every state: axe-core finds nothing, targets are large enough, the focus is visible, and
// the visitor's system settings are respected.

import assert from "node:assert/strict";
import axe from "axe-core";
import { after, afterEach, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, samples } from "./films.js";
import { deferred } from "./site.js";
import { view } from "./stage.js";
import { open } from "./visit.js";

const SETTINGS = [
  { colorScheme: "dark" },
  { colorScheme: "light" },
  { colorScheme: "dark", viewport: { width: 360, height: 740 } },
  { colorScheme: "light", viewport: { width: 360, height: 740 } },
  { colorScheme: "light", contrast: "more" },
  { colorScheme: "dark", forcedColors: "active" },
];
const golden = (file) => fileURLToPath(new URL(`../golden/${file}`, import.meta.url));
const letter = { name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear colleague") };
const WEIGHTS = "pneumonia-cnn.safetensors";

/** Each puts the page into a state. */
const STATES = {
  "loading": async (fixture, options) => {
    fixture.site.answers.set(WEIGHTS, () => {});
    await begin(fixture, options);
    await visit.phase("loading");
  },
  "without weights": async (fixture, options) => {
    fixture.site.answers.set(WEIGHTS, (response) => response.writeHead(404).end());
    await begin(fixture, options);
    await visit.phase("failed");
  },
  "at its first visit": async (fixture, options) => {
    await begin(fixture, { ...options, accepted: false });
    await visit.id("first-visit").waitFor();
  },
  "ready and empty": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
  },
  "with films of both verdicts, an error, remarks, and what can't be assessed": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
    const films = [samples[0], samples[8], golden("dicom/told.dcm"), golden("films/grey8_small.png")];
    await visit.choose(films);
    await visit.choose(letter);
    for (const film of films) await visit.card(film).getByTestId("inference-ms").waitFor();
    await visit.error(letter.name);
    const verdicts = await visit.id("verdict").allTextContents();
    assert.ok(verdicts.includes("pneumonia") && verdicts.includes("no pneumonia"), verdicts.join());
    assert.ok((await visit.id("cannot-assess").count()) > 0);
    for (const summary of await visit.id("show-anyway").all()) await summary.click();
  },
  "with a film at its full depth and its heat map": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
    const stage = await view(visit, samples[8]);
    await stage.key("a");
    await stage.fullDepth();
    await stage.click("heat-map-toggle");
    await visit.id("heat-map-legend").waitFor();
  },
  "with the list of shortcuts": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
    await visit.page.keyboard.press("?");
    await visit.id("shortcuts-list").waitFor();
  },
  "with a worklist and an evaluation": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
    await visit.chooseFolder(folder);
    await visit.choose(letter);
    await visit.listed();
    await visit.id("evaluate").click();
    await visit.id("evaluation-threshold").waitFor();
    await visit.page.locator(".plot summary").first().click();
  },
  "at the model card": async (fixture, options) => {
    await begin(fixture, options);
    await visit.loaded();
    await visit.id("model-card-link").click();
    await visit.id("model-card").waitFor();
  },
  "without its deferred parts": async (fixture, options) => {
    fixture.site.answers.set(deferred(), (response) => response.writeHead(503).end());
    await begin(fixture, options);
    await visit.id("deferred-missing").waitFor();
  },
};

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(async () => {
  fixture.site.answers.clear();
  await visit?.end();
});

for (const [state, bring] of Object.entries(STATES)) {
  for (const options of SETTINGS) {
    const { viewport, ...system } = options;
    const setting = [...Object.values(system), viewport ? `${viewport.width} pixels wide` : ""].join(" ").trim();
    test(`axe-core finds nothing on the page ${state}, ${setting}`, async () => {
      await bring(fixture, options);
      // A visitor who asks for more contrast gets more than level AA requires.
      const { violations, passes } = await visit.page.evaluate(check, { enhanced: options.contrast === "more" });
      assert.ok(passes > 10, "it looks at all");
      assert.deepEqual(violations, []);
    });
  }
}

for (const state of Object.keys(STATES).filter((state) => state.startsWith("with "))) test(`every control is at least 24 pixels high and wide ${state}`, async () => {
  await STATES[state](fixture, { viewport: SETTINGS[2].viewport });
  const small = await visit.page.evaluate(() => {
    const controls = [...document.querySelectorAll("button, summary, select, input:not(.visually-hidden), label.choose")];
    return controls
      .map((control) => [control.outerHTML.slice(0, 80), control.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
      .map(([html, { width, height }]) => `${html}: ${width} × ${height}`);
  });
  assert.deepEqual(small, []);
});

for (const forcedColors of ["none", "active"]) {
  test(`the focus is seen on every control, and nothing hides it, with forced colours ${forcedColors}`, async () => {
    // With reduced motion, the focused element is in view at once.
    await begin(fixture, { forcedColors, reducedMotion: "reduce", viewport: { width: 360, height: 740 } });
    await visit.loaded();
    await visit.choose([samples[0], samples[8]]);
    await visit.answer(samples[8]);
    await visit.page.evaluate(() => document.activeElement.blur());
    const seen = new Set();
    for (let presses = 0; presses < 60; presses++) {
      await visit.page.keyboard.press("Tab");
      const focus = await visit.page.evaluate(focused);
      if (!focus) break;
      seen.add(focus.name);
      assert.ok(focus.outline, `${focus.name} has no ring`);
      assert.ok(focus.onTop, `${focus.name} is hidden`);
    }
    assert.ok(seen.size > 18, [...seen].join());
  });
}

test("nothing moves with reduced motion", async () => {
  await begin(fixture, { reducedMotion: "reduce" });
  await visit.loaded();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  const moving = await visit.page.evaluate(() =>
    [...document.querySelectorAll("*")].filter((element) => {
      const { animationName, transitionDuration, scrollBehavior } = getComputedStyle(element);
      return animationName !== "none" || transitionDuration.split(", ").some((time) => time !== "0s") || scrollBehavior === "smooth";
    }).map((element) => element.outerHTML.slice(0, 80)),
  );
  assert.deepEqual(moving, []);
});

test("a verdict is shown in words and signs, in forced colours, too", async () => {
  await begin(fixture, { forcedColors: "active" });
  await visit.choose([samples[0], samples[8]]);
  const tell = async (film) => visit.card(film).locator(".verdict").textContent();
  const [normal, pneumonia] = [await tell(samples[0]), await tell(samples[8])];
  assert.notEqual(normal[0], pneumonia[0], "the signs differ");
  // The probability bar stands out from its groove, and so does the threshold mark.
  const colours = await visit.card(samples[8]).locator(".scale").evaluate((scale) =>
    [".groove", ".bar"].map((part) => getComputedStyle(scale.querySelector(part)).fill)
      .concat(getComputedStyle(scale.querySelector(".mark")).stroke),
  );
  assert.notEqual(colours[0], colours[1]);
  assert.notEqual(colours[0], colours[2]);
});

/** Opens the page with axe-core in it, which the page's policy would prevent from loading later. */
async function begin(fixture, options) {
  visit = await fixture.visit({ ...options, prepare: (page) => page.addInitScript(axe.source) });
}

/** Runs in the page: all rules except experimental ones and those for other kinds of pages. */
async function check({ enhanced }) {
  const rules = { "color-contrast-enhanced": { enabled: enhanced }, "target-size": { enabled: true } };
  const { violations, passes } = await window.axe.run({ preload: false, rules });
  return {
    passes: passes.length,
    violations: violations.map(({ id, nodes }) => [id, ...nodes.map(({ html, failureSummary }) => `${html.slice(0, 120)} ${failureSummary}`)]),
  };
}

/** Runs in the page: whether the focus is visible. */
function focused() {
  const element = document.activeElement;
  if (element === document.body) return null;
  // The file input itself is visually hidden; its label shows the focus.
  const shown = (element.matches(".visually-hidden") && element.labels?.[0]) || element;
  const { outlineStyle, outlineWidth } = getComputedStyle(shown);
  const { left, top, width, height } = shown.getBoundingClientRect();
  const hit = document.elementFromPoint(left + width / 2, top + Math.min(height, innerHeight) / 2);
  return {
    name: element.getAttribute("aria-label") ?? element.textContent.slice(0, 40) ?? element.id,
    outline: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2,
    onTop: shown.contains(hit) || hit?.contains(shown),
  };
}
