// A film of two megapixels, from the file's bytes to the verdict.

import { browsers } from "../browsers.js";
import { openContest } from "../contest.js";
import { finished, named } from "../row.js";
import { roundRobin } from "../stats.js";

const FILM = "/made/film.jpeg";
/**
 * The one that the target refers to: the other leaves resizing to the browser's native code, with a filter that skips
 * pixels.
 */
const RIVAL = "tfjs resizes";

export const jpeg = {
  name: "jpeg",
  lines: [
    { what: "2-megapixel JPEG, file's bytes to verdict, Chromium", target: "below a tfjs page that resizes on its own" },
  ],

  async measure(bench) {
    const contest = await openContest(bench, browsers.chromium);
    try {
      const tfjs = await contest.browser.page(`${bench.site.origin}/page/tfjs.html`);
      await tfjs.waitForFunction(() => window.ways);
      const ways = await tfjs.evaluate(() => window.ways);
      const answers = {};
      const measure = async (page, way) => {
        const read = ([film, way]) => (window.contest ?? window).readJpeg(film, way);
        const { probability, milliseconds } = await page.evaluate(read, [FILM, way]);
        answers[way] = probability.toFixed(3);
        return [milliseconds];
      };
      const turns = {
        ours: () => measure(contest.page, contest.workers[0]),
        ...Object.fromEntries(ways.map((way) => [way, () => measure(tfjs, way)])),
      };
      await roundRobin(3, turns); // warms up
      const { ours, ...peers } = await roundRobin(bench.times(60, 8), turns);
      const peer = (way) => named(`tfjs page (${way})`, peers[way]);
      const others = ways.filter((way) => way !== RIVAL);
      const note = `probabilities: ${Object.entries(answers).map((answer) => answer.join(" ")).join(", ")}`;
      const line = { ...this.lines[0], unit: "ms", ours: named(contest.workers[0], ours) };
      return [
        finished({ ...line, peer: peer(RIVAL), bound: { below: 1 }, note }),
        ...others.map((way) => finished({ ...line, target: "", peer: peer(way) })),
      ];
    } finally {
      await contest.close();
    }
  },
};
