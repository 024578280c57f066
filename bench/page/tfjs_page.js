// A minimal page that reads a film with tfjs: decoded by the browser, on the main thread, with no picture shown.

/** Ways to resize a film to 128 × 128. */
const TO_INPUT = {
  /** The browser resizes, with its fastest filter. */
  "createImageBitmap resizes": async (file) => {
    const bitmap = await createImageBitmap(file, { resizeWidth: 128, resizeHeight: 128, resizeQuality: "low" });
    return tf.tidy(() => scaled(tf.browser.fromPixels(bitmap, 3)));
  },
  /** tfjs resizes what the browser decoded. */
  "tfjs resizes": async (file) => {
    const bitmap = await createImageBitmap(file);
    return tf.tidy(() => scaled(tf.image.resizeBilinear(tf.browser.fromPixels(bitmap, 3), [128, 128])));
  },
};

const scaled = (film) => tf.expandDims(tf.div(tf.cast(film, "float32"), 255));

async function start() {
  const network = await loadNetwork();

  /** A file's bytes → probability, and how long that took. */
  const read = async (bytes, way) => {
    const begin = performance.now();
    const film = await TO_INPUT[way](new Blob([bytes], { type: "image/jpeg" }));
    const answer = network(film);
    const [probability] = await answer.data();
    const milliseconds = performance.now() - begin;
    film.dispose();
    answer.dispose();
    return { probability, milliseconds };
  };

  document.querySelector("[data-testid=status]").dataset.phase = "ready";
  // Makes the browser compile the code before a visitor's film arrives, as the product does.
  await network(tf.zeros([1, 128, 128, 3])).data();

  window.ways = Object.keys(TO_INPUT);
  window.readJpeg = async (address, way) => {
    window.jpeg ??= await (await fetch(address)).arrayBuffer();
    return read(window.jpeg, way);
  };
}

start();
