// Node's side of bench/page/contest.js: a browser that runs the product and its peers.

import { builtWorkers } from "./places.js";
import { NotMeasured } from "./row.js";

/** The peers that run in browsers: the name of each in the table, and its script in bench/page. */
export const PEERS = {
  ort: { title: "onnxruntime-web", script: "ort_worker.js?model=network" },
  folded: { title: "onnxruntime-web, input channels folded", script: "ort_worker.js?model=network-folded" },
  tfjs: { title: "tfjs-wasm", script: "tfjs_worker.js" },
};

/** Opens a browser on the page that runs the product and its peers. */
export async function openContest(bench, browser) {
  if (browser.missing) throw new NotMeasured(browser.missing);
  const opened = await browser.open();
  bench.versions[browser.name] = opened.version;
  const page = await opened.page(`${bench.site.origin}/page/contest.html`);
  await page.waitForFunction(() => window.contest);
  if (!(await page.evaluate(() => window.contest.isolated))) throw new Error("the browser's clock is coarse");
  const workers = await builtWorkers();
  const chosen = await chosenWorker(opened, bench.site);
  return {
    page,
    /** The one that the product's page would start in this browser comes first. */
    workers: [chosen, ...workers.filter((name) => name !== chosen)],
    start: (name) =>
      page.evaluate(([name, script]) => window.contest.start(name, script), [name, PEERS[name]?.script]),
    probabilities: (name) => page.evaluate((name) => window.contest.probabilities(name), name),
    forward: (name, runs) => page.evaluate(([name, runs]) => window.contest.forward(name, runs), [name, runs]),
    browser: opened,
    close: opened.close,
  };
}

/** Name of the worker that the product's own page starts in this browser. */
async function chosenWorker(opened, site) {
  const page = await opened.page(`${site.origin}/ours/index.html`);
  await page.waitForFunction(() => window.pageFiles);
  const [script] = await page.evaluate(() => window.pageFiles.reader);
  await page.close();
  return script.replace(/\.js$/, "");
}
