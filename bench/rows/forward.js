// The network alone, one film at a time, on one thread of a browser.

import { browsers } from "../browsers.js";
import { openContest, PEERS } from "../contest.js";
import { finished, named } from "../row.js";
import { roundRobin } from "../stats.js";

const RUNS_A_TURN = 10;

function forward(name, against) {
  const browser = browsers[name];
  const what = `network forward, one film, one thread, ${browser.name}`;
  return {
    name,
    lines: against.map(({ target }) => ({ what, target })),

    async measure(bench) {
      const contest = await openContest(bench, browser);
      try {
        const contenders = [...contest.workers, ...Object.keys(PEERS)];
        for (const contender of contenders) await contest.start(contender);
        const turns = contenders.map((contender) => [contender, () => contest.forward(contender, RUNS_A_TURN)]);
        const figures = await roundRobin(bench.times(40, 6), Object.fromEntries(turns));
        const [chosen, ...others] = contest.workers;
        const ours = named(chosen, figures[chosen]);
        const peer = (name) => named(PEERS[name].title, figures[name]);
        const judged = against.map(({ peer: name, target, bound }) =>
          finished({ what, target, unit: "ms", ours, peer: peer(name), bound }),
        );
        const rest = { what, unit: "ms", target: "" };
        const unjudged = Object.keys(PEERS).filter((name) => against.every(({ peer }) => peer !== name));
        const extra = [
          ...unjudged.map((name) => finished({ ...rest, ours, peer: peer(name) })),
          ...others.map((name) => finished({ ...rest, ours: named(name, figures[name]), peer: peer("ort"),
            note: "the page starts this worker only where relaxed SIMD is missing" })),
        ];
        return [...judged, ...extra];
      } finally {
        await contest.close();
      }
    },
  };
}

export const chromium = forward("chromium", [
  { peer: "ort", target: "at most 0.5 × onnxruntime-web", bound: { atMost: 0.5 } },
  { peer: "tfjs", target: "below tfjs-wasm", bound: { below: 1 } },
]);

export const firefox = forward("firefox", [
  { peer: "ort", target: "below onnxruntime-web", bound: { below: 1 } },
]);
