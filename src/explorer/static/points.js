/* The images in the plane as points, each in the colour and the shape of its class. */

const SWATCH = 24;
const turned = (corners) => corners.map(([x, y]) => [(x - y) * Math.SQRT1_2, (x + y) * Math.SQRT1_2]);
const square = [[-0.85, -0.85], [0.85, -0.85], [0.85, 0.85], [-0.85, 0.85]];
const triangle = [[0, -1], [1, 0.85], [-1, 0.85]];
const plus = [
  [-0.35, -1], [0.35, -1], [0.35, -0.35], [1, -0.35], [1, 0.35], [0.35, 0.35],
  [0.35, 1], [-0.35, 1], [-0.35, 0.35], [-1, 0.35], [-1, -0.35], [-0.35, -0.35],
];
/* Corners in a square of half-width 1, down the page; a circle has none. */
const SHAPES = {
  square, triangle, plus,
  circle: null,
  diamond: turned(square),
  cross: turned(plus),
  "triangle down": triangle.map(([x, y]) => [x, -y]),
};

function drawShape(canvas, size, shape, colour) {
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d", { willReadFrequently: true }), half = size / 2;
  context.fillStyle = colour;
  if (SHAPES[shape]) for (const [x, y] of SHAPES[shape]) context.lineTo(half * (1 + x), half * (1 + y));
  else context.arc(half, half, half, 0, 2 * Math.PI);
  context.fill();
  return context;
}

/* A colour, "#rrggbb", some of the way to white, for a dark ground. */
function lighter(colour) {
  const parts = [1, 3, 5].map((at) => Math.round(0.85 * parseInt(colour.slice(at, at + 2), 16) + 0.15 * 255));
  return `rgb(${parts.join(", ")})`;
}

class Points {
  constructor() {
    this.layer = document.createElement("canvas");
    this.areSeveral = new Set(data.shapes).size > 1;
    this.swatches = data.names.map((name) => {
      const item = document.createElement("li"), swatch = document.createElement("canvas");
      item.append(swatch, name);
      element("legend").append(item);
      return swatch;
    });
  }

  /* In pixels, of which the screen has `ratio` for one of CSS; shapes are told apart from some size on. */
  size(ratio, closeness) {
    const crowding = 220 / Math.sqrt(nImages + 1);
    const [least, most] = this.areSeveral ? [7, 12] : [4, 7];
    return Math.round(ratio * Math.min(most, Math.max(least, crowding * closeness)));
  }

  /* The pixels of a point of each class. */
  stampsOf(size, isDark) {
    if (this.stamps && this.stamps.size === size && this.stamps.isDark === isDark) return this.stamps.pixels;
    const colours = data.colours.map((colour) => (isDark ? lighter(colour) : colour));
    this.swatches.forEach((swatch, label) => drawShape(swatch, SWATCH, data.shapes[label], colours[label]));
    const canvas = document.createElement("canvas");
    const pixels = colours.map((colour, label) => {
      const context = drawShape(canvas, size, data.shapes[label], colour);
      return new Uint32Array(context.getImageData(0, 0, size, size).data.buffer);
    });
    this.stamps = { size, isDark, pixels };
    return pixels;
  }

  /* Stamped into an array of pixels, which takes a fraction of the time of so many drawings. */
  draw(context, plane) {
    const size = this.size(plane.ratio, Math.sqrt(data.plane.limit / plane.view.half));
    const stamps = this.stampsOf(size, plane.isDark.matches);
    // With a margin, for points that hang over the edge.
    const width = context.canvas.width + 2 * size;
    if (this.layer.width !== width) {
      this.layer.width = this.layer.height = width;
      this.picture = new ImageData(width, width);
      this.pixels = new Uint32Array(this.picture.data.buffer);
    }
    this.pixels.fill(0);
    // In the order of the images, so that no class lies on top of the others.
    for (let i = 0; i < state.shown; i++) {
      const [x, y] = plane.toCanvas([positions[2 * i], positions[2 * i + 1]]);
      const left = Math.round(x + size / 2), top = Math.round(y + size / 2);
      if (left < 0 || top < 0 || left > width - size || top > width - size) continue;
      this.stamp(stamps[data.labels[i]], size, top * width + left, width);
    }
    this.layer.getContext("2d").putImageData(this.picture, 0, 0);
    context.globalAlpha = 0.8;
    context.drawImage(this.layer, -size, -size);
    context.globalAlpha = 1;
  }

  stamp(stamp, size, at, width) {
    const { pixels } = this;
    for (let row = 0, k = 0, to = at; row < size; row++, to += width - size) {
      for (let column = 0; column < size; column++, k++, to++) {
        // Soft edges lie on the ground alone: what is half transparent would cut a hole in another point.
        if (stamp[k] >>> 24 > 127 || !pixels[to]) pixels[to] = stamp[k];
      }
    }
  }
}
