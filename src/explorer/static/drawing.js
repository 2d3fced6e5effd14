/* A drawing, or a picture that is opened or dropped: encoded, classified, reconstructed, placed. */

const DRAWN_SCALE = 10, INK_SHARE = 20 / 28, SAMPLES = 6, NEIGHBOURS = 15, N_VERDICTS = 3;
const WHOLE = { scale: 1, middle: 0 };

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
    element("centre").checked = data.is_centred;
    this.wipe();
    this.listen();
    this.pen = new Pen(this);
    drawers.push(() => this.draw());
  }

  listen() {
    const { paper } = this, section = element("drawing");
    paper.onpointerdown = (event) => {
      if (event.button !== 0) return;
      paper.setPointerCapture(event.pointerId);
      this.last = this.placeOf(event);
      this.follow(event);
    };
    paper.onpointermove = (event) => { if (this.last) this.follow(event); };
    paper.onpointerup = paper.onpointercancel = () => { this.last = null; };
    element("wipe").onclick = () => this.wipe();
    element("centre").onchange = () => { if (!this.isEmpty) this.edited(); };
    element("file").onchange = (event) => {
      this.open(event.target.files[0]);
      // So that the same file may be opened again.
      event.target.value = "";
    };
    // A picture that misses the paper must not take the place of the page.
    for (const type of ["dragover", "drop"]) document.addEventListener(type, (event) => event.preventDefault());
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

  follow(event) {
    const place = this.placeOf(event);
    this.line(this.last, place);
    this.last = place;
  }

  line(from, to) {
    Object.assign(this.ink, { strokeStyle: "#fff", lineWidth: 0.075 * this.paper.width, lineCap: "round", lineJoin: "round" });
    this.ink.beginPath();
    this.ink.moveTo(...from);
    this.ink.lineTo(to[0] + 0.01, to[1]);
    this.ink.stroke();
    this.edited();
  }

  wipe() {
    this.ink.fillStyle = "#000";
    this.ink.fillRect(0, 0, this.paper.width, this.paper.height);
    this.isStale = false;
    this.isEmpty = true;
    state.drawn = null;
    for (const context of [this.given, this.again]) context.clearRect(0, 0, image.width, image.height);
    element("verdict").replaceChildren();
    changed();
  }

  edited() {
    this.isEmpty = false;
    this.isStale = true;
    ask();
  }

  async open(file) {
    if (!file) return;
    let picture;
    try {
      picture = await createImageBitmap(file);
    } catch {
      this.wipe();
      element("verdict").textContent = `${file.name}: cannot be read as a picture; expected PNG, JPEG or the like`;
      return;
    }
    this.wipe();
    // It is framed as whoever took it meant.
    element("centre").checked = false;
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
    const probabilities = this.probabilities(code, features, levels);
    this.place(code, probabilities);
    paint(this.again, decode(state.code, this.toClasses ? probabilities : state.cls));
    this.tell(probabilities);
  }

  probabilities(code, features, levels) {
    if (this.toClasses) return softmax(this.toClasses(features));
    return choosesClass ? this.byReconstruction(code, levels) : this.byNeighbours(code);
  }

  /* In the plane of an embedding an image lies where its style and the head of its class bring it. */
  place(code, probabilities) {
    if (data.heads && isPlane) code = plusHeads(code, probabilities);
    if (state.walk) state.walk.isPlaying = false;
    state.drawn = [...code];
    setCode(code);
    if (choosesClass) setClass(likeliest(probabilities));
  }

  /* Where the decoder is given the class and the encoder gives none: as which class it is reconstructed best. */
  byReconstruction(code, levels) {
    return softmax(data.classes.map((_, cls) => -reconstructionError(levels, decode(code, cls))));
  }

  /* Where no class is known to the model: the classes of the images that are nearest in code. */
  byNeighbours(code) {
    const distances = new Float32Array(nImages);
    for (let i = 0, k = 0; i < nImages; i++) {
      for (let j = 0; j < data.codes; j++, k++) distances[i] += ((positions[k] - code[j]) / data.prior.deviations[j]) ** 2;
    }
    const farthest = Float32Array.from(distances).sort()[Math.min(NEIGHBOURS, nImages) - 1];
    const votes = new Array(data.names.length).fill(0);
    distances.forEach((distance, i) => { if (distance <= farthest) votes[data.labels[i]] += 1; });
    const sum = votes.reduce((a, b) => a + b);
    return votes.map((count) => count / sum);
  }

  tell(probabilities) {
    const names = this.toClasses || choosesClass ? data.classes : data.names;
    const verdicts = probabilities.map((share, cls) => [share, cls]).sort((a, b) => b[0] - a[0]).slice(0, N_VERDICTS);
    const others = choosesClass ? "by reconstruction" : `by the ${NEIGHBOURS} nearest images`;
    const by = this.toClasses ? "by the encoder" : others;
    const lines = verdicts.map(([share, cls]) => {
      const line = document.createElement("div"), meter = document.createElement("meter");
      line.className = "verdict-line";
      meter.value = share;
      meter.setAttribute("aria-label", `${names[cls]}: ${percent(share)}`);
      const [name, value] = [names[cls], percent(share)].map((text) => Object.assign(document.createElement("span"), { textContent: text }));
      line.append(name, meter, value);
      return line;
    });
    element("verdict").replaceChildren(`Class ${by}:`, ...lines);
    say(`${this.pen.told}Drawing: ${names[verdicts[0][1]]}, ${percent(verdicts[0][0])}`, "drawing-spoken");
  }

  /* The paper at the size of an image; centred by its mass in a box of 20 of 28 pixels, as MNIST's digits are. */
  sampled() {
    const { width, height } = this.paper, { data: rgba } = this.ink.getImageData(0, 0, width, height);
    const { scale, x, y, middle } = element("centre").checked ? this.ofMass(rgba) : { ...WHOLE, x: width / 2, y: height / 2 };
    const levels = new Float32Array(nPixels * image.channels);
    for (let row = 0; row < image.height; row++) {
      for (let column = 0; column < image.width; column++) {
        for (let s = 0; s < SAMPLES * SAMPLES; s++) {
          const across = column + ((s % SAMPLES) + 0.5) / SAMPLES, down = row + (Math.floor(s / SAMPLES) + 0.5) / SAMPLES;
          const from = Math.floor(x + ((across - image.width / 2 - middle) * DRAWN_SCALE) / scale);
          const under = Math.floor(y + ((down - image.height / 2 - middle) * DRAWN_SCALE) / scale);
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
    if (!mass) return { ...WHOLE, x: width / 2, y: height / 2 };
    // MNIST's middle is that of the fifteenth pixel of 28.
    return { middle: 0.5, scale: (INK_SHARE * width) / Math.max(right - left + 1, bottom - top + 1), x: x / mass, y: y / mass };
  }
}

/* A channel of a pixel; of grey images, its mean brightness. */
function grey(rgba, at, channel) {
  return image.channels === 1 ? (rgba[at] + rgba[at + 1] + rgba[at + 2]) / 3 : rgba[at + channel];
}
