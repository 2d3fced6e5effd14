"use strict";
/* Fully connected networks on Float32Arrays. */

function bytesOf(base64) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

function floatsOf(base64) {
  return new Float32Array(bytesOf(base64).buffer);
}

/* The value of each of the 65,536 float16 numbers, by its bits. */
const HALVES = Float32Array.from({ length: 65536 }, (_, bits) => {
  const sign = bits & 0x8000 ? -1 : 1, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
});

function halvesOf(base64) {
  const halves = new Uint16Array(bytesOf(base64).buffer);
  const values = new Float32Array(halves.length);
  for (let i = 0; i < values.length; i++) values[i] = HALVES[halves[i]];
  return values;
}

const ACTIVATIONS = {
  linear: (x) => x,
  relu: (x) => (x > 0 ? x : 0),
  tanh: Math.tanh,
  sigmoid: (x) => 1 / (1 + Math.exp(-x)),
};

class Dense {
  constructor({ inputs, outputs, kernel, bias, activation }) {
    this.inputs = inputs;
    this.outputs = outputs;
    this.kernel = halvesOf(kernel);
    this.bias = floatsOf(bias);
    this.activation = ACTIVATIONS[activation];
  }

  run(input) {
    if (input.length !== this.inputs) throw new RangeError(`${input.length} values for a layer of ${this.inputs} inputs`);
    const { outputs, kernel } = this;
    const sums = Float32Array.from(this.bias);
    for (let i = 0; i < this.inputs; i++) {
      const value = input[i];
      // After a ReLU most inputs are 0, and an image is mostly background.
      if (value === 0) continue;
      for (let j = 0, k = i * outputs; j < outputs; j++, k++) sums[j] += value * kernel[k];
    }
    for (let j = 0; j < outputs; j++) sums[j] = this.activation(sums[j]);
    return sums;
  }
}

function networkOf(layers) {
  const built = layers.map((layer) => new Dense(layer));
  return (input) => built.reduce((values, layer) => layer.run(values), input);
}

function softmax(logits) {
  const highest = Math.max(...logits);
  const powers = Array.from(logits, (logit) => Math.exp(logit - highest));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}
