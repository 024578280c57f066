// A picture that is not a frontal chest film gets "cannot assess" and a reason, not a number.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, afterEach, before, test } from "node:test";
import { samples } from "./films.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

for (const [what, change, reason] of [
  ["upside-down.png", { scale: [1, -1] }, /looks upside down/],
  ["sideways.png", { turn: Math.PI / 2 }, /rotated by 90°/],
  ["negative.png", { filter: "invert(1)" }, /negative/],
  ["blank.png", { filter: "brightness(0)" }, /picture is blank/],
  ["small.png", { side: 100 }, /fewer than 128 × 128 pixels/],
  ["hard.png", { filter: "contrast(1000)" }, /pure black or white/],
  ["colourful.png", { wash: ["red", "yellow", "blue"] }, /colour picture/],
]) {
  test(`${what} can't be assessed, and says why`, async () => {
    visit = await fixture.visit();
    await visit.choose(await changed(samples[0], what, change));
    const card = visit.card(what);
    assert.equal(await card.getByTestId("cannot-assess").textContent(), "cannot assess");
    assert.match(await card.getByTestId("cannot-assess-reason").textContent(), reason);
    assert.match(await visit.id("announcement").textContent(), new RegExp(`${what}: cannot assess: `));
  });
}

test("the network's number for what can't be assessed is shown only to who asks for it", async () => {
  visit = await fixture.visit();
  await visit.choose(await changed(samples[0], "upside-down.png", { scale: [1, -1] }));
  const card = visit.card("upside-down.png");
  const number = card.getByTestId("probability");
  await card.getByTestId("cannot-assess").waitFor();
  assert.equal(await number.isVisible(), false);
  await card.getByTestId("show-anyway").focus();
  await visit.page.keyboard.press("Enter");
  assert.equal(await number.isVisible(), true);
  assert.equal(await card.getByTestId("verdict").isVisible(), true);
});

test("a film with a faint tint is judged", async () => {
  visit = await fixture.visit();
  await visit.choose(await changed(samples[8], "tinted.png", { filter: "sepia(0.25)" }));
  assert.equal((await visit.answer("tinted.png")).verdict, "pneumonia");
  await assertCount(visit.card("tinted.png").getByTestId("cannot-assess"), 0);
});

/** The film, redrawn by the browser with these changes, as a file to choose. `wash` lays bands of colours over it. */
async function changed(film, name, { scale = [1, 1], turn = 0, filter = "none", side = 256, wash = [] }) {
  const bytes = [...(await readFile(film))];
  const png = await visit.page.evaluate(
    async ([bytes, [across, down], turn, filter, side, wash]) => {
      const picture = await createImageBitmap(new Blob([new Uint8Array(bytes)]));
      const canvas = new OffscreenCanvas(side, side);
      const context = canvas.getContext("2d");
      context.filter = filter;
      context.translate(side / 2, side / 2);
      context.scale(across, down);
      context.rotate(turn);
      context.drawImage(picture, -side / 2, -side / 2, side, side);
      for (const [at, colour] of wash.entries()) {
        context.globalAlpha = 0.5;
        context.fillStyle = colour;
        context.fillRect(-side / 2, -side / 2 + (at * side) / wash.length, side, side / wash.length);
      }
      const file = await canvas.convertToBlob();
      return [...new Uint8Array(await file.arrayBuffer())];
    },
    [bytes, scale, turn, filter, side, wash],
  );
  return { name, mimeType: "image/png", buffer: Buffer.from(png) };
}
