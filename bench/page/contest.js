// The page in which the product and its peers run: each in its own worker, one after the other, never two at once.

import { Ours } from "./ours.js";

const films = {
  names: await (await fetch("/made/films.json")).json(),
  pixels: new Uint8Array(await (await fetch("/made/films.bin")).arrayBuffer()),
};
const PIXELS = 128 * 128;
const pixelsOf = (at) => films.pixels.slice(at * PIXELS, (at + 1) * PIXELS);

/** Takes a film; returns `{ probability, milliseconds }` of the network alone. */
class OursOnFilms {
  async start(worker) {
    this.reader = await Ours.start("/ours/", worker);
    const files = films.names.map(async (name) => (await fetch(`/made/films/${name}`)).blob());
    this.files = await Promise.all(files);
  }

  async read(at) {
    const { probability, inference_ms: milliseconds, seen } = await this.reader.read(this.files[at]);
    const given = pixelsOf(at);
    if (!seen.every((value, pixel) => Math.round(value * 255) === given[pixel])) {
      throw new Error(`the product saw other pixels of ${films.names[at]} than its peers do`);
    }
    return { probability, milliseconds };
  }
}

class Peer {
  async start(script) {
    this.worker = new Worker(`/page/${script}`, { type: script.startsWith("ort") ? "module" : "classic" });
    await this.#ask({ prepare: true });
  }

  read(at) {
    return this.#ask({ grey: pixelsOf(at) });
  }

  #ask(message) {
    return new Promise((resolve, reject) => {
      this.worker.onerror = (event) => reject(new Error(`the peer's worker stopped: ${event.message}`));
      this.worker.onmessage = ({ data }) => resolve(data);
      this.worker.postMessage(message);
    });
  }
}

const contenders = new Map();

window.contest = {
  isolated: crossOriginIsolated,

  /** Starts one of the product's workers, or the peer with this script, and warms it up. */
  async start(name, script) {
    const contender = script ? new Peer() : new OursOnFilms();
    await contender.start(script ?? name);
    contenders.set(name, contender);
    for (let run = 0; run < 20; run++) await contender.read(run % films.names.length);
  },

  /** Each film's probability, in the order of films.json. */
  async probabilities(name) {
    const found = [];
    for (const at of films.names.keys()) found.push((await contenders.get(name).read(at)).probability);
    return found;
  },

  /** Milliseconds of each of this many runs of the network. */
  async forward(name, runs) {
    const found = [];
    for (let run = 0; run < runs; run++) {
      found.push((await contenders.get(name).read(run % films.names.length)).milliseconds);
    }
    return found;
  },

  /** The product's answer for the file at this URL, and how long the page waited for it. */
  async readJpeg(address, worker) {
    this.jpeg ??= await (await fetch(address)).blob();
    this.reader ??= await Ours.start("/ours/", worker);
    const { probability, roundTrip: milliseconds } = await this.reader.read(this.jpeg);
    return { probability, milliseconds };
  },

  /** Reads the films at these URLs with the product's worker, over and over, recording the size of its memory. */
  async memoryOverReadings(worker, addresses, readings) {
    const reader = await Ours.start("/ours/", worker);
    const files = await Promise.all(addresses.map(async (address) => (await fetch(address)).blob()));
    const sizes = [];
    for (let at = 0; at < readings; at++) {
      await reader.read(files[at % files.length]);
      sizes.push(await reader.memorySize());
    }
    reader.worker.terminate();
    return sizes;
  },
};
