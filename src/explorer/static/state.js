/* What the page holds, where one is in it, and the frames in which everything is drawn. */

const data = JSON.parse(document.getElementById("data").textContent);
const element = (id) => document.getElementById(id);
const isPlane = data.codes === 2;
const positions = floatsOf(data.positions);
const priorSamples = floatsOf(data.prior.samples);
const nImages = data.labels.length;
const shares = data.shares && floatsOf(data.shares);
/* Whether a class is chosen beside the code: not in the plane of an embedding, where the place says it. */
const choosesClass = data.input === "codes and class" || (data.input === "head and codes" && !isPlane);

const decodeInput = networkOf(data.decoder);
const state = { code: new Float32Array(data.codes), cls: 0, walk: null, drawn: null, shown: nImages };

/* Grey levels 0 to 255, not rounded, of what the decoder makes of a code and a class, or of shares of classes. */
function decode(code, cls) {
  return greyLevels(decodeInput(decoderInput(code, typeof cls === "number" ? oneHot(cls) : cls)));
}

function decoderInput(code, shares) {
  if (data.input === "codes and class") return Float32Array.from([...code, ...shares]);
  if (data.input === "head and codes" && !isPlane) return plusHeads(code, shares);
  return code;
}

/* The representation of an embedding: the style, moved by the heads of the classes. */
function plusHeads(code, shares) {
  return code.map((value, i) => value + data.heads.reduce((sum, head, k) => sum + shares[k] * head[i], 0));
}

function oneHot(cls) {
  return data.classes ? data.classes.map((_, index) => (index === cls ? 1 : 0)) : [];
}

/* What the encoder says of an image: shares of the classes, as the model reconstructs with; its label where it says none. */
function sharesOf(index) {
  const n = data.classes ? data.classes.length : 0;
  return shares ? shares.subarray(index * n, (index + 1) * n) : oneHot(data.labels[index]);
}

/* The class that the encoder puts each image in, where it says one. */
const given = shares && data.labels.map((_, index) => likeliest(sharesOf(index)));

function likeliest(shares) {
  return shares.indexOf(Math.max(...shares));
}

function positionOf(index) {
  return positions.subarray(index * data.codes, (index + 1) * data.codes);
}

/* The image shown whose code is nearest, in deviations of the prior; where a class is chosen, among those the model puts
 * in it. -1 where there is none. */
function nearestImage(code) {
  const { deviations } = data.prior, classes = given || data.labels;
  let nearest = -1, least = Infinity;
  for (let i = 0, k = 0; i < state.shown; i++) {
    let distance = 0;
    for (let j = 0; j < data.codes; j++, k++) distance += ((positions[k] - code[j]) / deviations[j]) ** 2;
    if (distance < least && (!choosesClass || classes[i] === state.cls)) [nearest, least] = [i, distance];
  }
  return nearest;
}

/* Frames: what changed is drawn once in the next one; work that takes longer goes on a slice a frame. */
const drawers = [];
const slices = [];
const SLICE_MS = 5;
let isAsked = false;

function changed() {
  for (const slice of slices) slice.restart();
  ask();
}

function ask() {
  if (isAsked) return;
  isAsked = true;
  requestAnimationFrame(frame);
}

function frame(time) {
  isAsked = false;
  const start = performance.now();
  for (const draw of drawers) draw(time);
  for (const slice of slices) {
    while (!slice.isDone() && performance.now() - start < SLICE_MS) slice.next();
    if (!slice.isDone()) ask();
  }
  if (state.walk && state.walk.isPlaying) changed();
}

function setCode(code) {
  state.code = Float32Array.from(code);
  changed();
}

function setClass(cls) {
  state.cls = cls;
  if (choosesClass) element("class").selectedIndex = cls;
  changed();
}

/* Text for those who hear the page: at most once in a while, or it would never end. */
const speaking = {};
function say(text, id = "spoken") {
  clearTimeout(speaking[id]);
  speaking[id] = setTimeout(() => { element(id).textContent = text; }, 600);
}

const percent = (share) => `${(100 * share).toFixed(share > 0.9995 || share < 0.1 ? 1 : 0)} %`;
