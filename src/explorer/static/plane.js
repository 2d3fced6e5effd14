/* The plane of two codes: images as points, contours of the prior, the pointer's place, a walk. */

const MOVE = 0.02, ZOOM = 1.3, DRAG_PIXELS = 5, WALK_SECONDS = 4, STEP = 0.1;

class Plane {
  constructor() {
    this.base = element("plane-base");
    this.top = element("plane-top");
    this.ratio = 1;
    this.wholePlane();
    this.pointers = new Map();
    new ResizeObserver(() => this.resize()).observe(this.top);
    this.isDark = matchMedia("(prefers-color-scheme: dark)");
    this.isDark.addEventListener("change", () => this.redraw());
    this.listen();
    this.points = new Points();
    drawers.push((time) => this.draw(time));
  }

  wholePlane() {
    this.view = { x: 0, y: 0, half: data.plane.limit };
    this.redraw();
  }

  redraw() {
    this.isStale = true;
    ask();
  }

  resize() {
    const ratio = Math.min(2, window.devicePixelRatio || 1);
    const size = Math.max(1, Math.round(this.top.clientWidth * ratio));
    for (const canvas of [this.base, this.top]) canvas.width = canvas.height = size;
    this.ratio = ratio;
    this.redraw();
  }

  /* Between codes and the canvas's own pixels. */
  toCanvas([x, y]) {
    const scale = this.top.width / (2 * this.view.half);
    return [(x - this.view.x + this.view.half) * scale, (this.view.y + this.view.half - y) * scale];
  }

  toCode(event) {
    const box = this.top.getBoundingClientRect();
    const across = (event.clientX - box.left) / box.width, down = (event.clientY - box.top) / box.height;
    return [this.view.x + (2 * across - 1) * this.view.half, this.view.y + (1 - 2 * down) * this.view.half];
  }

  zoom(factor, [x, y] = [this.view.x, this.view.y]) {
    const half = Math.min(4 * data.plane.limit, Math.max(data.plane.limit / 200, this.view.half / factor));
    const kept = half / this.view.half;
    this.view = { x: x + (this.view.x - x) * kept, y: y + (this.view.y - y) * kept, half };
    this.redraw();
  }

  pan(dx, dy) {
    this.view.x += dx;
    this.view.y += dy;
    this.redraw();
  }

  listen() {
    const { top } = this;
    top.addEventListener("pointerdown", (event) => this.press(event));
    top.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel"]) top.addEventListener(end, (event) => this.release(event));
    top.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.zoom(ZOOM ** (-event.deltaY / 100), this.toCode(event));
    }, { passive: false });
    top.addEventListener("keydown", (event) => this.key(event));
    element("zoom-in").onclick = () => this.zoom(ZOOM);
    element("zoom-out").onclick = () => this.zoom(1 / ZOOM);
    element("zoom-all").onclick = () => this.wholePlane();
    element("walk-play").onclick = () => this.play();
    element("walk-step").onclick = () => this.step();
    element("walk-clear").onclick = () => this.setWalk(null);
    element("density").oninput = (event) => {
      state.shown = Math.round((nImages * event.target.value) / 100);
      this.redraw();
      changed();
    };
  }

  press(event) {
    if (event.button !== 0) return;
    this.top.setPointerCapture(event.pointerId);
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY, moved: 0 });
    if (event.pointerType !== "mouse" && this.pointers.size === 1) this.point(event);
  }

  move(event) {
    const before = this.pointers.get(event.pointerId);
    if (!before) return this.point(event);
    const [dx, dy] = [event.clientX - before.x, event.clientY - before.y];
    const unit = (2 * this.view.half) / this.top.clientWidth;
    if (this.pointers.size === 2) this.pinch(event, before, dx * unit, dy * unit);
    else if (event.pointerType === "mouse") {
      if (before.moved + Math.hypot(dx, dy) > DRAG_PIXELS) this.pan(-dx * unit, dy * unit);
    } else this.point(event);
    Object.assign(before, { x: event.clientX, y: event.clientY, moved: before.moved + Math.hypot(dx, dy) });
  }

  pinch(event, before, dx, dy) {
    const [other] = [...this.pointers].filter(([id]) => id !== event.pointerId).map(([, pointer]) => pointer);
    const distance = (x, y) => Math.hypot(x - other.x, y - other.y);
    this.pan(-dx / 2, dy / 2);
    const middle = this.toCode({ clientX: (event.clientX + other.x) / 2, clientY: (event.clientY + other.y) / 2 });
    this.zoom(distance(event.clientX, event.clientY) / Math.max(1, distance(before.x, before.y)), middle);
  }

  release(event) {
    const pointer = this.pointers.get(event.pointerId);
    this.pointers.delete(event.pointerId);
    if (event.type === "pointerup" && pointer && pointer.moved <= DRAG_PIXELS) this.setEnd(this.toCode(event));
  }

  point(event) {
    if (!(state.walk && state.walk.isPlaying)) setCode(this.toCode(event));
  }

  key(event) {
    // The browser's own: zoom of the page, steps in its history.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };
    const others = {
      "+": () => this.zoom(ZOOM, state.code), "=": () => this.zoom(ZOOM, state.code),
      "-": () => this.zoom(1 / ZOOM, state.code), 0: () => this.wholePlane(),
      Enter: () => this.setEnd(state.code), " ": () => this.play(), ".": () => this.step(),
      Escape: () => this.setWalk(null),
    };
    if (event.key in directions) {
      const [dx, dy] = directions[event.key].map((way) => way * MOVE * 2 * this.view.half);
      if (event.shiftKey) this.pan(dx, dy);
      else this.keyTo([state.code[0] + dx, state.code[1] + dy]);
    } else if (event.key in others) others[event.key]();
    else return;
    event.preventDefault();
  }

  /* A key's step may end outside of what is seen: then the view follows. */
  keyTo([x, y]) {
    if (state.walk) state.walk.isPlaying = false;
    const { view } = this;
    const beyond = (value, middle) => Math.sign(value - middle) * Math.max(0, Math.abs(value - middle) - view.half);
    this.pan(beyond(x, view.x), beyond(y, view.y));
    setCode([x, y]);
    this.showWalk();
  }

  setEnd(code) {
    const { walk } = state;
    if (!walk || walk.to) this.setWalk({ from: [...code], to: null, share: 0, isPlaying: false });
    else this.setWalk({ ...walk, to: [...code], isPlaying: !matchMedia("(prefers-reduced-motion: reduce)").matches });
  }

  setWalk(walk) {
    state.walk = walk;
    this.showWalk();
    changed();
  }

  showWalk() {
    const { walk } = state, isWhole = Boolean(walk && walk.to);
    element("walk-play").disabled = element("walk-step").disabled = !isWhole;
    element("walk-clear").disabled = !walk;
    element("walk-play").textContent = walk && walk.isPlaying ? "Pause" : "Play";
  }

  play() {
    if (!(state.walk && state.walk.to)) return;
    state.walk.isPlaying = !state.walk.isPlaying;
    this.lastTime = null;
    this.showWalk();
    changed();
  }

  step() {
    if (!(state.walk && state.walk.to)) return;
    state.walk.isPlaying = false;
    this.walkTo(Math.round(10 * state.walk.share) * STEP + STEP);
    this.showWalk();
  }

  /* There and back again: a share of 1.3 is 0.7 on the way back. */
  walkTo(share) {
    const { walk } = state;
    walk.share = share % 2;
    const along = walk.share <= 1 ? walk.share : 2 - walk.share;
    setCode(walk.from.map((value, i) => value + along * (walk.to[i] - value)));
  }

  draw(time) {
    const { walk } = state;
    if (walk && walk.isPlaying) {
      if (this.lastTime) this.walkTo(walk.share + (time - this.lastTime) / 1000 / WALK_SECONDS);
      this.lastTime = time;
    } else this.lastTime = null;
    if (this.isStale) this.drawBase();
    this.isStale = false;
    this.drawTop();
  }

  drawBase() {
    const context = this.base.getContext("2d");
    const style = getComputedStyle(document.body);
    this.colours = { line: style.getPropertyValue("--contour"), ink: style.getPropertyValue("--ink"), card: style.getPropertyValue("--card") };
    context.fillStyle = this.colours.card;
    context.fillRect(0, 0, this.base.width, this.base.height);
    context.strokeStyle = this.colours.line;
    context.lineWidth = this.ratio;
    for (const line of data.plane.contours) this.drawLine(context, line);
    this.points.draw(context, this);
    for (const { label, x, y } of data.plane.middles) this.write(context, data.names[label], [x, y]);
    data.plane.heads.forEach((head, i) => this.drawHead(context, head, data.classes[i]));
  }

  drawLine(context, line) {
    context.beginPath();
    for (const place of line) context.lineTo(...this.toCanvas(place));
    context.stroke();
  }

  write(context, text, place) {
    const [x, y] = this.toCanvas(place);
    context.font = `bold ${(text.length > 2 ? 13 : 19) * this.ratio}px system-ui, sans-serif`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    context.lineWidth = 4 * this.ratio;
    context.strokeStyle = this.colours.card;
    context.strokeText(text, x, y);
    context.fillStyle = this.colours.ink;
    context.fillText(text, x, y);
  }

  drawHead(context, head, name) {
    const [x, y] = this.toCanvas(head), arm = 6 * this.ratio;
    for (const [width, colour] of [[6, this.colours.card], [3, this.colours.ink]]) {
      context.lineWidth = width * this.ratio;
      context.strokeStyle = colour;
      context.beginPath();
      for (const [dx, dy] of [[1, 1], [1, -1]]) {
        context.moveTo(x - dx * arm, y - dy * arm);
        context.lineTo(x + dx * arm, y + dy * arm);
      }
      context.stroke();
    }
    const unit = (2 * this.view.half) / this.top.width;
    this.write(context, name, [head[0], head[1] + 18 * this.ratio * unit]);
  }

  drawTop() {
    const context = this.top.getContext("2d"), { walk } = state;
    context.clearRect(0, 0, this.top.width, this.top.height);
    context.lineWidth = 2 * this.ratio;
    context.strokeStyle = context.fillStyle = this.colours.ink;
    if (walk) {
      if (walk.to) this.drawLine(context, [walk.from, walk.to]);
      this.write(context, "A", walk.from);
      if (walk.to) this.write(context, "B", walk.to);
    }
    if (state.nearest >= 0) this.ring(context, positionOf(state.nearest), 6, this.colours.ink, 2);
    if (state.drawn) this.write(context, "✎", state.drawn);
    this.ring(context, state.code, 11, this.colours.card, 5);
    this.ring(context, state.code, 11, this.colours.ink, 2.5);
  }

  ring(context, place, radius, colour, width) {
    context.strokeStyle = colour;
    context.lineWidth = width * this.ratio;
    context.beginPath();
    context.arc(...this.toCanvas(place), radius * this.ratio, 0, 2 * Math.PI);
    context.stroke();
  }
}
