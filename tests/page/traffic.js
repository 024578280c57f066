// Counts the bytes sent between the page and its workers, and those of files that the page opens itself.

/** Makes a page, before it starts, and each of its workers count them in `self.traffic`. */
export async function countTraffic(page) {
  await page.addInitScript(`(${count})(); (${countInWorkers})(${JSON.stringify(`(${count})();`)});`);
}

/** The bytes since the last call: copied or transferred between page and workers, and opened by the page. */
export async function traffic(visit) {
  const sum = { copied: 0, moved: 0, opened: 0 };
  for (const scope of [visit.page, ...visit.page.workers()]) {
    const counted = await scope.evaluate(() => {
      const counted = self.traffic;
      self.traffic = { copied: 0, moved: 0, opened: 0 };
      return counted;
    });
    for (const kind in sum) sum[kind] += scope === visit.page || kind !== "opened" ? counted[kind] : 0;
  }
  return sum;
}

function count() {
  self.traffic = { copied: 0, moved: 0, opened: 0 };
  const buffers = (value) => {
    if (value instanceof ArrayBuffer) return [value];
    if (ArrayBuffer.isView(value)) return [value.buffer];
    if (!value || typeof value !== "object" || value instanceof Blob || value instanceof WebAssembly.Module) return [];
    return Object.values(value).flatMap(buffers);
  };
  const sender = self.document ? Worker.prototype : self;
  const { postMessage } = sender;
  sender.postMessage = function (message, transfer = []) {
    for (const buffer of new Set(buffers(message))) {
      self.traffic[transfer.includes(buffer) ? "moved" : "copied"] += buffer.byteLength;
    }
    return postMessage.call(this, message, transfer);
  };
  for (const read of ["arrayBuffer", "text", "stream"]) {
    const original = Blob.prototype[read];
    Blob.prototype[read] = function () {
      self.traffic.opened += this.size;
      return original.call(this);
    };
  }
}

/** Workers are started from scripts in memory, so the counting code is prepended to each. */
function countInWorkers(prelude) {
  const Original = Blob;
  self.Blob = class extends Original {
    constructor(parts, options) {
      super(options?.type === "text/javascript" ? [prelude, ...parts] : parts, options);
    }
  };
}
