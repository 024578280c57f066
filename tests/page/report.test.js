// A film's card is printed as a one-page report.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

for (const format of ["A4", "Letter"]) {
  test(`a report is one page of ${format} with the picture, the answer, the network and the limits`, async () => {
    // Only the browser's dialog, which no test can operate, is left out.
    const prepare = (page) => page.addInitScript(() => (window.print = () => (window.asked = true)));
    visit = await fixture.visit({ prepare, colorScheme: "dark" });
    await visit.choose(samples.slice(0, 3));
    for (const film of samples.slice(0, 3)) await visit.answer(film);
    const card = visit.card(samples[1]);
    await card.getByTestId("picture").scrollIntoViewIfNeeded();
    await card.getByTestId("print-report").click();
    assert.equal(await visit.page.evaluate(() => window.asked), true);

    const { probability } = await visit.answer(samples[1]);
    await visit.page.emulateMedia({ media: "print" });
    const text = await visit.page.evaluate(() => document.body.innerText);
    for (const said of [
      "NORMAL2-IM-1430-0001.jpeg",
      `${(probability * 100).toFixed(1)}`,
      await card.getByTestId("verdict").textContent(),
      "balanced operating point",
      await visit.id("model").textContent(),
      "not a medical device",
      "children aged one to five",
    ]) {
      assert.ok(text.toLowerCase().includes(said.toLowerCase()), `${said} in ${text}`);
    }
    for (const other of ["NORMAL2-IM-1427", "Choose X-ray films", "Sample films", "Remove", "Level"]) {
      assert.ok(!text.includes(other), `${other} in ${text}`);
    }
    const [ground, ink] = await card.evaluate((card) => {
      const { color } = getComputedStyle(card);
      return [getComputedStyle(document.body).backgroundColor, color];
    });
    assert.ok(brightness(ground) > 200 && brightness(ink) < 80, `${ink} on ${ground}`);

    await visit.page.emulateMedia({ media: null });
    const pdf = (await visit.page.pdf({ format })).toString("latin1");
    assert.equal(pdf.match(/\/Type\s*\/Page\b/g).length, 1, "one page");
    assert.match(pdf, /\/Subtype\s*\/Image/, "with a picture");

    // Printing has ended.
    await visit.page.emulateMedia({ media: "print" });
    assert.match(await visit.page.evaluate(() => document.body.innerText), /Choose X-ray films/, "the page prints as before");
  });
}

const brightness = (color) => Math.min(...color.match(/\d+/g).slice(0, 3).map(Number));
