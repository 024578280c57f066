import assert from "node:assert/strict";
import { test } from "node:test";
import { judge, roundRobin, summary } from "./stats.js";

test("median and quartiles are NumPy's, in whatever order the figures come", () => {
  assert.deepEqual(summary([3, 1, 2, 4]), { median: 2.5, q1: 1.75, q3: 3.25, count: 4 });
  assert.deepEqual(summary([10, 9, 100, 1, 2]), { median: 9, q1: 2, q3: 10, count: 5 });
  assert.deepEqual(summary([7]), { median: 7, q1: 7, q3: 7, count: 1 });
});

test("what is no figure has no median", () => {
  assert.throws(() => summary([]));
  assert.throws(() => summary([1, NaN]));
});

test("measurements take turns, and none of their figures is lost", async () => {
  const turns = [];
  const measure = (name) => async () => {
    turns.push(name);
    return [turns.length, 0];
  };
  const figures = await roundRobin(2, { ours: measure("ours"), peer: measure("peer") });
  assert.deepEqual(turns, ["ours", "peer", "ours", "peer"]);
  assert.deepEqual(figures, { ours: [1, 0, 3, 0], peer: [2, 0, 4, 0] });
});

test("a target is met at its bound, but `below` only under it", () => {
  assert.equal(judge(0.5, { atMost: 0.5 }), "met");
  assert.equal(judge(0.51, { atMost: 0.5 }), "missed");
  assert.equal(judge(2, { atLeast: 2 }), "met");
  assert.equal(judge(1.9, { atLeast: 2 }), "missed");
  assert.equal(judge(1, { below: 1 }), "missed");
  assert.equal(judge(0.9, { below: 1 }), "met");
});
