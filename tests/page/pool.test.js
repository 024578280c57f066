// Several films are read at once by several workers, in order, and by no more workers than the machine has cores.

import assert from "node:assert/strict";
import { basename } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { assertNative, samples } from "./films.js";
import { assertCount, open } from "./visit.js";

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

const names = (films) => films.map((film) => basename(film));

const MACHINES = [
  { what: "one core reads one film at a time, in order and as the native program does", cores: 1, workers: 1 },
  { what: "four cores reads four films at once, in order and as the native program does", cores: 4, workers: 4 },
  { what: "sixteen cores reads eight films at once, no more, in order and as the native program does", cores: 16, workers: 8 },
];

for (const { what, cores, workers } of MACHINES) {
  test(`a machine of ${what}`, async () => {
    await begin({ cores });
    await visit.loaded();
    const requests = visit.requests.length;
    assert.equal(await started(), 1, "one worker is enough for no films");

    await visit.choose(samples);
    await reading(workers);
    assert.deepEqual(await handed(), names(samples.slice(0, workers)), "no film goes to a worker before its turn");
    for (const film of samples.slice(0, workers)) await visit.card(film).getByText("Reading…").waitFor();
    await assertCount(visit.page.getByText("Waiting to be read"), samples.length - workers);
    assert.equal(visit.page.workers().length, workers);

    await release();
    await assertNative(visit, samples);
    const order = await visit.id("result").evaluateAll((cards) => cards.map((card) => card.dataset.file));
    assert.deepEqual(order, names(samples));
    assert.deepEqual(await handed(), names(samples), "each film was read once, in the order of the choice");
    assert.deepEqual((await announced()).sort(), names(samples).sort(), "each film was announced once");

    await visit.choose(samples[0]);
    await visit.answer(samples[0]);
    assert.equal(await started(), workers, "the workers stay");
    assert.deepEqual(visit.requests.slice(requests).filter((url) => url.startsWith("http")), []);
  });
}

test("one film after the other needs one worker only", async () => {
  await begin({ cores: 4, held: false });
  for (const film of samples.slice(0, 3)) {
    await visit.choose(film);
    await visit.answer(film);
  }
  assert.equal(await started(), 1);
});

test("a film that is removed while it waits is never read", async () => {
  await begin({ cores: 2 });
  const chosen = samples.slice(0, 8);
  const removed = [chosen[3], chosen[6]];
  const kept = chosen.filter((film) => !removed.includes(film));
  await visit.choose(chosen);
  await reading(2);
  for (const film of removed) await visit.card(film).getByTestId("remove").click();
  await release();
  await assertNative(visit, kept);
  assert.deepEqual(await handed(), names(kept));
});

test("a film that is removed while it is read leaves no trace, and its worker reads on", async () => {
  await begin({ cores: 1 });
  await visit.choose(samples.slice(0, 2));
  await reading(1);
  await visit.card(samples[0]).getByTestId("remove").click();
  await release();
  await visit.answer(samples[1]);
  assert.deepEqual(await announced(), names([samples[1]]));
  assert.equal(await started(), 1);
});

test("removing all films ends the queue, and the next choice is read", async () => {
  await begin({ cores: 4 });
  await visit.choose(samples.slice(0, 12));
  await reading(4);
  await visit.id("clear").click();
  await visit.choose(samples[15]);
  await release();
  await assertNative(visit, [samples[15]]);
  await assertCount(visit.id("result"), 1);
  assert.deepEqual(await handed(), names([...samples.slice(0, 4), samples[15]]));
  assert.deepEqual(await announced(), names([samples[15]]));
});

test("a worker that dies loses only its own film, and is started again", async () => {
  await begin({ cores: 4 });
  const chosen = samples.slice(0, 8);
  await visit.choose(chosen);
  await reading(4);
  await visit.page.workers()[2].evaluate(() => setTimeout(() => { throw new Error("crash") }));
  const failed = visit.page.locator("[data-testid=result]", { has: visit.id("error") });
  const lost = await failed.getAttribute("data-file");
  assert.ok(names(chosen.slice(0, 4)).includes(lost), lost);
  assert.match(await visit.error(lost), /The reader stopped on this film/);
  // Its replacement holds the fifth film.
  await reading(5);
  await release();
  await assertNative(visit, chosen.filter((film) => basename(film) !== lost));
  await assertCount(failed, 1);
  assert.equal(await started(), 5);
  assert.match(await visit.id("restarted").textContent(), /started again\.$/);
});

test("where no second worker can be started, the first reads all films, and the others are given up", async () => {
  await begin({ cores: 4, onlyOne: true });
  await visit.choose(samples);
  // Three more workers, each tried three times.
  await visit.page.waitForFunction(() => window.pool.started === 10);
  await release();
  await assertNative(visit, samples);
  assert.equal(await started(), 10);
  await assertCount(visit.id("error"), 0);
  await assertCount(visit.id("restarted"), 0);
});

test("no second worker is started before the first could use the weights, and waiting films survive a failure", async () => {
  const asked = new Promise((resolve) => fixture.site.answers.set("pneumonia-cnn.safetensors", resolve));
  try {
    await begin({ cores: 4, held: false });
    await visit.choose(samples.slice(0, 4));
    (await asked).end("<html></html>");
    await visit.phase("failed");
    assert.equal(await started(), 1);
  } finally {
    fixture.site.answers.clear();
  }
  await visit.id("retry").click();
  await assertNative(visit, samples.slice(0, 4));
});

/**
 * Opens the page on a machine with this many `cores`, and counts the workers started and the films handed to them. With
 * `held`, no film reaches its worker before `release`. With `onlyOne`, every worker but the first dies at its start.
 */
async function begin(machine) {
  visit = await fixture.visit({ prepare: (page) => page.addInitScript(imitate, { held: true, ...machine }) });
}

function imitate({ cores, held, onlyOne }) {
  Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => cores });
  const pool = { started: 0, handed: [], held: held ? [] : null };
  window.pool = pool;
  window.Worker = class extends Worker {
    constructor(script) {
      const broken = onlyOne && pool.started > 0;
      super(broken ? URL.createObjectURL(new Blob(["throw new Error('no room')"])) : script);
      pool.started++;
    }
    postMessage(message, transfer) {
      const send = () => super.postMessage(message, transfer ?? []);
      if (message.Read) pool.handed.push(message.Read.file.name);
      if (message.Read && pool.held) pool.held.push(send);
      else send();
    }
  };
}

/** Waits until this many films in all have been handed to workers. */
const reading = (count) => visit.page.waitForFunction((count) => window.pool.handed.length === count, count);

const release = () =>
  visit.page.evaluate(() => {
    const { held } = window.pool;
    window.pool.held = null;
    for (const send of held) send();
  });

const started = () => visit.page.evaluate(() => window.pool.started);
/** The files that were handed to workers, in order. */
const handed = () => visit.page.evaluate(() => window.pool.handed);

/** The files that were announced to screen readers. */
const announced = async () => {
  const sentences = await visit.id("announcement").locator("p").allTextContents();
  return sentences.filter((sentence) => sentence.includes(": ")).map((sentence) => sentence.split(": ")[0]);
};
