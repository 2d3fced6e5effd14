/* Puts the page together from what the data hold. */

const sprite = new Sprite(data.images);
const pictures = Object.fromEntries(["decoded", "nearest", "nearest-again"].map((id) => [id, canvasOf(id)]));

function drawPicture() {
  paint(pictures.decoded, decode(state.code, state.cls));
  element("place").textContent = isPlane ? `code ${Array.from(state.code, (value) => value.toFixed(2)).join(", ")}` : "";
  state.nearest = nearestImage(state.code);
  if (!sprite.context) return;
  if (state.nearest >= 0) showNearest(state.nearest);
  else showNone();
}

function showNone() {
  for (const id of ["nearest", "nearest-again"]) pictures[id].clearRect(0, 0, image.width, image.height);
  const where = choosesClass ? ` in ${data.classes[state.cls]}` : "";
  element("nearest-facts").textContent = `none of the images shown is${where || " there"}`;
}

function showNearest(index) {
  const levels = sprite.levels(index), again = decode(positionOf(index), sharesOf(index));
  paint(pictures.nearest, levels);
  paint(pictures["nearest-again"], again);
  const facts = [`class ${data.names[data.labels[index]]}`];
  if (given) facts.push(`taken for ${data.classes[given[index]]}, ${percent(Math.max(...sharesOf(index)))}`);
  facts.push(`reconstruction error ${reconstructionError(levels, again).toFixed(1)}`);
  element("nearest-facts").textContent = facts.join("; ");
  const chosen = choosesClass ? `${data.classes[state.cls]}. ` : "";
  say(`${chosen}${element("place").textContent} Nearest held-out image: ${facts.join("; ")}`);
}

function offerClasses() {
  element("class-choice").hidden = false;
  element("class-noun").textContent = data.clusters ? "Cluster" : "Class";
  for (const name of data.classes) element("class").append(new Option(name));
  element("class").onchange = (event) => setClass(event.target.selectedIndex);
}

async function start() {
  if (choosesClass) offerClasses();
  const shown = { plane: isPlane, sliders: !isPlane, grid: choosesClass, clusters: data.clusters, drawing: data.encoder };
  for (const [id, isShown] of Object.entries(shown)) element(id).hidden = !isShown;
  const label = element("decoded");
  label.setAttribute("aria-label", "What the decoder makes of this code");
  drawers.push(drawPicture);
  const plane = isPlane ? new Plane() : null;
  const sliders = isPlane ? null : new Sliders();
  if (choosesClass) new ClassGrid();
  const drawing = data.encoder ? new Drawing() : null;
  await sprite.ready;
  if (data.clusters) showClusters();
  changed();
  // For those who script the page, and for its tests.
  window.explorer = { data, state, decode, setCode, setClass, plane, sliders, drawing };
}

start();
