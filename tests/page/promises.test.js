// What the page promises every visitor: privacy, a clear notice, and operation by keyboard.

import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { samples } from "./films.js";
import { Stage } from "./stage.js";
import { assertCount, open } from "./visit.js";

const DICOM = fileURLToPath(new URL("../golden/dicom/explicit12.dcm", import.meta.url));

let fixture, visit;
before(async () => (fixture = await open()));
after(() => fixture.close());
afterEach(() => visit?.end());

test("a whole visit makes no request after the page has loaded, and none to anywhere else", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const [loaded, asked] = [visit.requests.length, fixture.site.asked.length];
  assert.ok(loaded > 16 && asked > 16, "requests are seen at all");
  await visit.choose([...samples.slice(0, 2), DICOM]);
  await visit.answer(DICOM);
  await visit.answer(samples[1]);
  const sample = visit.id("sample-film").nth(5);
  await sample.click();
  await visit.answer(await sample.getAttribute("data-file"));
  await visit.choose({ name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear colleague") });
  await visit.error("letter.png");
  await use(visit);
  await visit.id("clear").click();
  const leaving = visit.requests.filter((url) => !/^(blob:)?http:\/\/127\.0\.0\.1:/.test(url));
  assert.deepEqual(leaving, []);
  const late = visit.requests.slice(loaded).filter((url) => url.startsWith("http"));
  assert.deepEqual(late, []);
  assert.deepEqual(fixture.site.asked.slice(asked), [], "neither does the service worker");
});

/** Views a film at its full depth with its heat map, prints it, saves the answers, and evaluates and keeps them. */
async function use(visit) {
  const stage = new Stage(visit, DICOM);
  await stage.key("a");
  await stage.fullDepth();
  await stage.click("heat-map-toggle");
  await stage.card.getByTestId("heat-map-legend").waitFor();
  await visit.page.evaluate(() => (window.print = () => {}));
  await stage.click("print-report");
  for (const kind of ["csv", "json"]) {
    const saved = visit.page.waitForEvent("download");
    await visit.id(`export-${kind}`).click();
    await (await saved).path();
  }
  await visit.id("evaluate").click();
  const table = `${basename(samples[0])},NORMAL\n${basename(samples[1])},PNEUMONIA\n`;
  await visit.id("labels-input").setInputFiles({ name: "labels.csv", mimeType: "text/csv", buffer: Buffer.from(table) });
  await visit.id("evaluation-counts").getByText("labelled films").waitFor();
  await visit.id("keep-worklist").check();
  await visit.id("model-card-link").click();
  await visit.id("model-card").waitFor();
  await visit.page.goBack();
}

test("nothing on the page breaks its Content-Security-Policy, and the policy holds", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  assert.deepEqual(visit.complaints, []);
  const policy = await visit.page.locator("meta[http-equiv=Content-Security-Policy]").getAttribute("content");
  assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/);
  // Neither the page nor its worker can send anything anywhere.
  const send = () => fetch("http://127.0.0.1:9/").then(() => "sent", () => "refused");
  assert.equal(await visit.page.evaluate(send), "refused");
  assert.equal(await visit.page.workers()[0].evaluate(send), "refused");
  assert.ok(visit.complaints.filter((text) => /Content Security Policy/.test(text)).length >= 2, visit.complaints.join("\n"));
});

for (const [width, height] of [[360, 640], [1280, 720], [2560, 1440]]) {
  test(`the notice is in sight at first, without scrolling, at ${width} × ${height}`, async () => {
    visit = await fixture.visit({ viewport: { width, height } });
    await visit.phase("ready");
    const notice = visit.id("notice");
    const box = await notice.boundingBox();
    assert.ok(box.y >= 0 && box.y + box.height <= height && box.x + box.width <= width, JSON.stringify(box));
    const text = await notice.textContent();
    for (const said of [/research and teaching/i, /not a medical device/i, /aged one to five/, /one hospital/]) {
      assert.match(text, said);
    }
    const overflow = await visit.page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    assert.ok(overflow <= 0, `the page is ${overflow} pixels too wide`);
  });
}

test("a film is chosen, read and removed by the keyboard alone", async () => {
  visit = await fixture.visit();
  await visit.loaded();
  const focused = () => visit.page.evaluate(() => document.activeElement?.dataset.testid);
  const tabTo = async (testid) => {
    for (let presses = 0; presses < 40; presses++) {
      await visit.page.keyboard.press("Tab");
      if ((await focused()) === testid) return;
    }
    assert.fail(`the Tab key does not reach ${testid}`);
  };

  // Registered long before the key press: otherwise the browser's own dialog opens, which no test can operate.
  const chooser = visit.page.waitForEvent("filechooser");
  await tabTo("file-input");
  await visit.page.keyboard.press("Space");
  await (await chooser).setFiles(samples[2]);
  await visit.answer(samples[2]);

  await tabTo("sample-film");
  const ring = await visit.page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
  assert.equal(ring, "solid", "the focus is visible");
  const file = await visit.page.evaluate(() => document.activeElement.dataset.file);
  await visit.page.keyboard.press("Enter");
  await visit.answer(file);

  await visit.page.evaluate(() => document.activeElement.blur());
  await tabTo("remove");
  await visit.page.keyboard.press("Enter");
  await assertCount(visit.id("result"), 1);
  const landed = await visit.page.evaluate(() => document.activeElement !== document.body);
  assert.ok(landed, "the focus is not lost with the card");
});

test("answers and errors are announced to screen readers", async () => {
  visit = await fixture.visit();
  await visit.choose(samples[0]);
  await visit.answer(samples[0]);
  const announcement = visit.id("announcement");
  assert.equal(await announcement.getAttribute("aria-live"), "polite");
  assert.match(await announcement.textContent(), /NORMAL2.*: .*pneumonia, probability of pneumonia .*%/);
  await visit.choose({ name: "letter.png", mimeType: "image/png", buffer: Buffer.from("Dear colleague") });
  await visit.error("letter.png");
  assert.match(await announcement.textContent(), /letter\.png: no answer\. .*not a picture/);
});

test("the footer names the network and credits the films", async () => {
  visit = await fixture.visit();
  await visit.phase("ready");
  assert.match(await visit.id("model").textContent(), /\S+ \d+\.\d+\.\d+/);
  const footer = await visit.page.locator("footer").textContent();
  for (const said of ["Kermany", "10.17632/rscbjbr9sj.2", "CC BY 4.0", "Nothing leaves this computer"]) {
    assert.ok(footer.includes(said), said);
  }
});
