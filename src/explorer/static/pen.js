/* Drawing by keyboard: a pen that moves over the pixels of an image, and draws while it is down. */

const LEAP = 4;

class Pen {
  constructor(drawing) {
    this.drawing = drawing;
    this.mark = element("pen");
    // What was said of it last; nothing where the pointer draws.
    this.told = "";
    [this.column, this.row] = [Math.floor(image.width / 2), Math.floor(image.height / 2)];
    const { paper } = drawing;
    paper.addEventListener("keydown", (event) => this.key(event));
    paper.addEventListener("focus", () => { this.mark.hidden = !paper.matches(":focus-visible"); });
    paper.addEventListener("blur", () => { this.put(false); this.mark.hidden = true; });
    paper.addEventListener("pointerdown", () => { this.put(false); this.told = ""; });
    this.put(false);
  }

  key(event) {
    // The browser's own, as on the plane.
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const directions = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    // A key that is held must not put it down and up again and again.
    const toggle = () => { if (!event.repeat) this.put(!this.isDown); };
    const others = { " ": toggle, Enter: toggle, Escape: () => this.put(false), Delete: () => this.clear(), Backspace: () => this.clear() };
    if (event.key in directions) this.move(directions[event.key].map((way) => way * (event.shiftKey ? LEAP : 1)));
    else if (event.key in others) others[event.key]();
    else return;
    event.preventDefault();
    this.mark.hidden = false;
    this.tell();
  }

  move([across, down]) {
    const from = this.place();
    this.column = Math.min(image.width - 1, Math.max(0, this.column + across));
    this.row = Math.min(image.height - 1, Math.max(0, this.row + down));
    if (this.isDown) this.drawing.line(from, this.place());
    this.show();
  }

  put(isDown) {
    this.isDown = isDown;
    if (isDown) this.drawing.line(this.place(), this.place());
    this.show();
  }

  clear() {
    this.put(false);
    this.drawing.wipe();
  }

  /* The middle of its pixel on the paper. */
  place() {
    return [this.column, this.row].map((cell) => (cell + 0.5) * DRAWN_SCALE);
  }

  show() {
    this.mark.style.left = `${(100 * (this.column + 0.5)) / image.width}%`;
    this.mark.style.top = `${(100 * (this.row + 0.5)) / image.height}%`;
    this.mark.classList.toggle("down", this.isDown);
  }

  /* Where it is, and what the drawing is taken for, which is known once it has been encoded. */
  tell() {
    this.told = `Pen ${this.isDown ? "down" : "up"}, column ${this.column + 1}, row ${this.row + 1}. `;
    say(this.told + (this.drawing.isEmpty ? "Nothing is drawn." : ""), "drawing-spoken");
  }
}
