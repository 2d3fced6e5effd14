/* A slider for each code, in deviations of the prior, and all classes in the style they set. */

const SLIDER_RANGE = 3, GRID_COLUMNS = 10;

class Sliders {
  constructor() {
    this.inputs = Array.from({ length: data.codes }, (_, index) => this.add(index));
    element("shuffle").onclick = () => this.shuffle();
    element("zero").onclick = () => setCode(new Float32Array(data.codes));
    drawers.push(() => this.show());
  }

  add(index) {
    const line = document.createElement("label"), input = document.createElement("input");
    line.className = "slider";
    line.append(`code ${index + 1}`, input, document.createElement("output"));
    Object.assign(input, { type: "range", min: -SLIDER_RANGE, max: SLIDER_RANGE, step: 0.01, value: 0 });
    input.oninput = () => {
      const code = Float32Array.from(state.code);
      code[index] = input.value * data.prior.deviations[index];
      setCode(code);
    };
    element("slider-list").append(line);
    return input;
  }

  shuffle() {
    const drawn = Math.floor((Math.random() * priorSamples.length) / data.codes) * data.codes;
    setCode(priorSamples.subarray(drawn, drawn + data.codes));
  }

  show() {
    this.inputs.forEach((input, index) => {
      const deviations = state.code[index] / data.prior.deviations[index];
      if (document.activeElement !== input || Math.abs(input.value - deviations) > 0.006) input.value = deviations;
      input.nextElementSibling.textContent = deviations.toFixed(2);
      input.setAttribute("aria-valuetext", `${deviations.toFixed(2)} standard deviations`);
    });
  }
}

/* Decoded a few at a time, so that a frame stays short. */
class ClassGrid {
  constructor() {
    this.count = data.classes.length;
    this.columns = Math.min(GRID_COLUMNS, this.count);
    this.gap = 2;
    this.context = canvasOf("grid-canvas", this.columns, Math.ceil(this.count / this.columns), this.gap);
    this.done = 0;
    const canvas = element("grid-canvas");
    canvas.onclick = (event) => this.choose(event);
    canvas.setAttribute("aria-label", `Every ${data.clusters ? "cluster" : "class"} decoded in this style`);
    element("grid-heading").textContent = `Every ${data.clusters ? "cluster" : "class"} in this style`;
    element("grid-names").textContent = `In order: ${data.classes.join(", ")}. Click one to choose it.`;
    slices.push(this);
  }

  restart() {
    // What is left of the last style is drawn in the new one, so that none waits for ever.
    this.left = this.count;
  }

  isDone() {
    return !this.left;
  }

  next() {
    const cls = this.done % this.count;
    const left = (cls % this.columns) * (image.width + this.gap);
    const top = Math.floor(cls / this.columns) * (image.height + this.gap);
    paint(this.context, decode(state.code, cls), left, top);
    this.done++;
    this.left--;
  }

  choose(event) {
    const box = event.target.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * this.columns);
    const rows = Math.ceil(this.count / this.columns);
    const cls = Math.floor(((event.clientY - box.top) / box.height) * rows) * this.columns + column;
    if (cls < this.count) setClass(cls);
  }
}
