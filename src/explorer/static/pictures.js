/* Pixels to canvases, and the held-out images of the sprite. */

const image = data.image;
const nPixels = image.height * image.width;

/* Values of the model's range to grey levels, clipped. */
function greyLevels(values) {
  const [low, high] = image.range;
  return values.map((value) => Math.min(255, Math.max(0, (255 * (value - low)) / (high - low))));
}

/* Paints grey levels at a place of a canvas, in its own pixels. */
function paint(context, levels, left = 0, top = 0) {
  const picture = context.createImageData(image.width, image.height);
  for (let i = 0; i < nPixels; i++) {
    for (let c = 0; c < 3; c++) picture.data[4 * i + c] = levels[image.channels === 1 ? i : i * image.channels + c];
    picture.data[4 * i + 3] = 255;
  }
  context.putImageData(picture, left, top);
}

function canvasOf(id, columns = 1, rows = 1, gap = 0) {
  const canvas = typeof id === "string" ? document.getElementById(id) : id;
  canvas.width = columns * (image.width + gap) - gap;
  canvas.height = rows * (image.height + gap) - gap;
  return canvas.getContext("2d");
}

class Sprite {
  constructor({ png, columns, count }) {
    this.columns = columns;
    this.count = count;
    this.pixels = null;
    this.picture = new Image();
    this.ready = new Promise((resolve, reject) => {
      this.picture.onload = () => { this.read(); resolve(); };
      this.picture.onerror = reject;
    });
    this.picture.src = `data:image/png;base64,${png}`;
  }

  read() {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [this.picture.width, this.picture.height];
    const context = canvas.getContext("2d", { willReadFrequently: true });
    context.drawImage(this.picture, 0, 0);
    this.context = context;
  }

  /* Grey levels of an image, channels last. */
  levels(index) {
    const left = (index % this.columns) * image.width, top = Math.floor(index / this.columns) * image.height;
    const { data: rgba } = this.context.getImageData(left, top, image.width, image.height);
    const levels = new Float32Array(nPixels * image.channels);
    for (let i = 0; i < nPixels; i++) {
      for (let c = 0; c < image.channels; c++) levels[i * image.channels + c] = rgba[4 * i + c];
    }
    return levels;
  }
}

/* ½ ‖x − x̂‖² of images in [0, 1]. */
function reconstructionError(levels, others) {
  return levels.reduce((sum, level, i) => sum + ((level - others[i]) / 255) ** 2, 0) / 2;
}
