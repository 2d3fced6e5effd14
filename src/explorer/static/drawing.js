/* A drawing, or a picture that is opened or dropped: encoded, classified, reconstructed, placed. */

const DRAWN_SCALE = 10, INK_SHARE = 20 / 28, SAMPLES = 6, NEIGHBOURS = 15, N_VERDICTS = 3;

class Drawing {
  constructor() {
    const { trunk, codes, classes } = data.encoder;
    this.trunk = networkOf(trunk);
    this.toCode = networkOf([codes]);
    this.toClasses = classes && networkOf([classes]);
    this.paper = element("paper");
    [this.paper.width, this.paper.height] = [image.width * DRAWN_SCALE, image.height * DRAWN_SCALE];
    this.ink = this.paper.getContext("2d", { willReadFrequently: true });
    this.given = canvasOf("drawn");
    this.again = canvasOf("drawn-again");
    this.wipe();
    this.listen();
    drawers.push(() => this.draw());
  }

  listen() {
    const { paper } = this, section = element("drawing");
    paper.onpointerdown = (event) => {
      paper.setPointerCapture(event.pointerId);
      this.last = this.placeOf(event);
      this.line(event);
    };
    paper.onpointermove = (event) => { if (this.last) this.line(event); };
    paper.onpointerup = paper.onpointercancel = () => { this.last = null; };
    element("wipe").onclick = () => this.wipe();
    element("centre").onchange = () => this.edited();
    element("file").onchange = (event) => this.open(event.target.files[0]);
    section.ondragover = (event) => { event.preventDefault(); section.classList.add("over"); };
    section.ondragleave = () => section.classList.remove("over");
    section.ondrop = (event) => {
      event.preventDefault();
      section.classList.remove("over");
      this.open(event.dataTransfer.files[0]);
    };
  }

  placeOf(event) {
    const box = this.paper.getBoundingClientRect();
    return [((event.clientX - box.left) / box.width) * this.paper.width, ((event.clientY - box.top) / box.height) * this.paper.height];
  }

  line(event) {
    const place = this.placeOf(event);
    Object.assign(this.ink, { strokeStyle: "#fff", lineWidth: 0.075 * this.paper.width, lineCap: "round", lineJoin: "round" });
    this.ink.beginPath();
    this.ink.moveTo(...this.last);
    this.ink.lineTo(place[0] + 0.01, place[1]);
    this.ink.stroke();
    this.last = place;
    this.edited();
  }

  wipe() {
    this.ink.fillStyle = "#000";
    this.ink.fillRect(0, 0, this.paper.width, this.paper.height);
    this.isStale = false;
    state.drawn = null;
    for (const context of [this.given, this.again]) context.clearRect(0, 0, image.width, image.height);
    element("verdict").replaceChildren();
    changed();
  }

  edited() {
    this.isStale = true;
    ask();
  }

  async open(file) {
    if (!file) return;
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch {
      element("verdict").textContent = `${file.name}: cannot be read as a picture; expected PNG, JPEG or the like`;
      return;
    }
    this.wipe();
    const scale = Math.max(this.paper.width / picture.width, this.paper.height / picture.height);
    const [width, height] = [picture.width * scale, picture.height * scale];
    this.ink.drawImage(picture, (this.paper.width - width) / 2, (this.paper.height - height) / 2, width, height);
    this.edited();
  }

  draw() {
    if (!this.isStale) return;
    this.isStale = false;
    const levels = this.sampled();
    paint(this.given, levels);
    const [low, high] = image.range;
    const features = this.trunk(levels.map((level) => low + (level / 255) * (high - low)));
    const code = this.toCode(features);
    const probabilities = this.toClasses ? softmax(this.toClasses(features)) : this.shares(code);
    const cls = probabilities.indexOf(Math.max(...probabilities));
    this.place(code, this.toClasses ? probabilities : null, cls);
    paint(this.again, decode(state.code, cls));
    this.tell(probabilities);
  }

  /* In the plane of an embedding an image lies where its style and the head of its class bring it. */
  place(code, probabilities, cls) {
    if (data.heads && isPlane) {
      code = code.map((value, i) => value + data.heads.reduce((sum, head, k) => sum + probabilities[k] * head[i], 0));
    }
    if (state.walk) state.walk.isPlaying = false;
    state.drawn = [...code];
    setCode(code);
    if (choosesClass) setClass(cls);
  }

  /* Without a head for classes, the classes of the images that are nearest in code. */
  shares(code) {
    const distances = Array.from({ length: nImages }, (_, i) => [
      positionOf(i).reduce((sum, value, j) => sum + ((value - code[j]) / data.prior.deviations[j]) ** 2, 0), data.labels[i],
    ]);
    const nearest = distances.sort((a, b) => a[0] - b[0]).slice(0, NEIGHBOURS);
    return data.names.map((_, label) => nearest.filter((each) => each[1] === label).length / nearest.length);
  }

  tell(probabilities) {
    const names = this.toClasses ? data.classes : data.names;
    const likeliest = probabilities.map((share, cls) => [share, cls]).sort((a, b) => b[0] - a[0]).slice(0, N_VERDICTS);
    const by = this.toClasses ? "by the encoder" : `by the ${NEIGHBOURS} nearest images`;
    const lines = likeliest.map(([share, cls]) => {
      const line = document.createElement("div"), meter = document.createElement("meter");
      line.className = "verdict-line";
      meter.value = share;
      meter.setAttribute("aria-label", `${names[cls]}: ${percent(share)}`);
      const [name, value] = [names[cls], percent(share)].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
      line.append(name, meter, value);
      return line;
    });
    element("verdict").replaceChildren(`Class ${by}:`, ...lines);
    say(`Drawing: ${names[likeliest[0][1]]}, ${percent(likeliest[0][0])}`);
  }

  /* The paper at the size of an image; centred by its mass in a box of 20 of 28 pixels, as MNIST's digits are. */
  sampled() {
    const { width, height } = this.paper, { data: rgba } = this.ink.getImageData(0, 0, width, height);
    const { scale, x, y } = element("centre").checked ? this.ofMass(rgba) : { scale: 1, x: width / 2, y: height / 2 };
    const levels = new Float32Array(nPixels * image.channels);
    for (let row = 0; row < image.height; row++) {
      for (let column = 0; column < image.width; column++) {
        for (let s = 0; s < SAMPLES * SAMPLES; s++) {
          const across = column + ((s % SAMPLES) + 0.5) / SAMPLES, down = row + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES;
          const from = Math.floor(x + ((across - image.width / 2) * DRAWN_SCALE) / scale);
          const under = Math.floor(y + ((down - image.height / 2) * DRAWN_SCALE) / scale);
          if (from < 0 || under < 0 || from >= width || under >= height) continue;
          for (let c = 0; c < image.channels; c++) {
            levels[(row * image.width + column) * image.channels + c] += grey(rgba, 4 * (under * width + from), c) / SAMPLES ** 2;
          }
        }
      }
    }
    return levels;
  }

  ofMass(rgba) {
    const { width, height } = this.paper;
    let [mass, x, y, left, right, top, bottom] = [0, 0, 0, width, 0, height, 0];
    for (let i = 0; i < width * height; i++) {
      const level = grey(rgba, 4 * i, 0);
      if (level < 40) continue;
      const column = i % width, row = Math.floor(i / width);
      mass += level;
      x += level * column;
      y += level * row;
      [left, right, top, bottom] = [Math.min(left, column), Math.max(right, column), Math.min(top, row), Math.max(bottom, row)];
    }
    if (!mass) return { scale: 1, x: width / 2, y: height / 2 };
    return { scale: (INK_SHARE * width) / Math.max(right - left + 1, bottom - top + 1), x: x / mass, y: y / mass };
  }
}

/* A channel of a pixel; of grey images, its mean brightness. */
function grey(rgba, at, channel) {
  return image.channels === 1 ? (rgba[at] + rgba[at + 1] + rgba[at + 2]) / 3 : rgba[at + channel];
}
