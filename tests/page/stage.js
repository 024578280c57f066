// What tests can see on a viewer's stage, and do with it.

/** The viewer of a film's card. */
export class Stage {
  constructor(visit, film) {
    this.visit = visit;
    this.card = visit.card(film).first();
    this.stage = this.card.getByTestId("stage");
  }

  /** Focuses the stage and presses a key. */
  async key(key) {
    await this.stage.focus();
    await this.visit.page.keyboard.press(key);
  }

  async click(testid) {
    await this.card.getByTestId(testid).click();
  }

  async value(testid) {
    return Number(await this.card.getByTestId(testid).inputValue());
  }

  /** Waits until the film is loaded at full depth. */
  async fullDepth() {
    await this.card.getByTestId("depth").filter({ hasText: /^Full depth/ }).waitFor();
    await this.drawn();
  }

  /** Waits until pending changes have been drawn. */
  async drawn() {
    await this.visit.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))));
  }

  /** Size of a canvas, and its pixels as RGBA. */
  async pixels(testid = "picture") {
    await this.drawn();
    // As text: the driver takes seconds for as many numbers.
    const { width, height, text } = await this.card.getByTestId(testid).evaluate(async (canvas) => {
      const { width, height } = canvas;
      const file = new Blob([canvas.getContext("2d").getImageData(0, 0, width, height).data]);
      const text = await new Promise((resolve) => {
        const reader = new FileReader();
        reader.onload = () => resolve(reader.result);
        reader.readAsDataURL(file);
      });
      return { width, height, text };
    });
    return { width, height, data: [...Buffer.from(text.slice(text.indexOf(",") + 1), "base64")] };
  }

  /** Centroid and extent of what is at least as bright as `least` on the stage, and the stage's size. */
  async landmark(testid = "picture", least = 128) {
    await this.drawn();
    return this.card.getByTestId(testid).evaluate((canvas, least) => {
      const { width, height } = canvas;
      const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
      const found = { count: 0, x: 0, y: 0, left: width, right: -1, top: height, bottom: -1 };
      for (let at = 0; at < width * height; at++) {
        if (data[4 * at] < least) continue;
        const [x, y] = [at % width, Math.floor(at / width)];
        found.count++;
        found.x += x + 0.5;
        found.y += y + 0.5;
        found.left = Math.min(found.left, x);
        found.right = Math.max(found.right, x);
        found.top = Math.min(found.top, y);
        found.bottom = Math.max(found.bottom, y);
      }
      return {
        count: found.count,
        x: found.x / found.count,
        y: found.y / found.count,
        width: found.right - found.left + 1,
        height: found.bottom - found.top + 1,
        stage: { width, height },
      };
    }, least);
  }

  /** Top left corner and size of the stage in the window. */
  async place() {
    await this.stage.scrollIntoViewIfNeeded();
    return this.stage.boundingBox();
  }

  /** Drags from the stage's middle by this many pixels. */
  async drag(x, y, button = "left") {
    const { mouse } = this.visit.page;
    const place = await this.place();
    const [startX, startY] = [place.x + place.width / 2, place.y + place.height / 2];
    await mouse.move(startX, startY);
    await mouse.down({ button });
    await mouse.move(startX + x / 2, startY + y / 2);
    await mouse.move(startX + x, startY + y);
    await mouse.up({ button });
    await this.drawn();
  }
}

/** Opens a film in a visit and waits for its card. */
export async function view(visit, film) {
  await visit.choose(film);
  const stage = new Stage(visit, film.name ?? film);
  await stage.stage.waitFor();
  return stage;
}
