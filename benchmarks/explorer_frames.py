"""How long a frame of the explorer takes in headless Chromium, and what smaller weights would cost.

python benchmarks/explorer_frames.py
"""

import shutil
import sys
import tempfile
from pathlib import Path

import aae
import numpy as np
from aae.config import ModelConfig
from aae.data.digits import load_digits
from aae.explorer.content import decoder_layers
from aae.explorer.layers import compute
from aae.models import priors
from aae.models.build import build_model
from playwright.sync_api import sync_playwright

MODELS = ("mnist_gmm_2d", "mnist_classifier_100")
N_CODES = 1000
FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"]
# Draws 300 frames as the page does, each after a step, and takes the time that its script needs.
FRAMES = """async () => {{
  const times = [];
  for (let i = 0; i < 300; i++) {{
    {step}
    isAsked = true;
    const start = performance.now();
    frame(start);
    times.push(performance.now() - start);
    await new Promise((done) => requestAnimationFrame(done));
  }}
  return times;
}}"""
STEPS = {
    "moving": """state.code = Float32Array.from(state.code, (_, j) => 2 * Math.sin(i / 40 + j));
    for (const slice of slices) slice.restart();
    if (explorer.plane) explorer.plane.pan(0.001, 0);""",
    "drawing": """const { ink } = explorer.drawing;
    Object.assign(ink, { strokeStyle: "#fff", lineWidth: 20 });
    ink.strokeRect(80 + i / 6, 60, 60, 150);
    explorer.drawing.edited();""",
}


def main():
    """Prints a line for each model."""
    digits = [load_digits(part) for part in ("train", "test")]
    images, labels = (np.concatenate([getattr(part, what) for part in digits]) for what in ("images", "labels"))
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=False
        )
        for name, model, classes in explored(labels):
            path = aae.explore(model, images, classes, Path(folder) / f"{name}.html")
            page = browser.new_page(viewport={"width": 1200, "height": 900})
            page.goto(path.as_uri())
            page.wait_for_timeout(2000)
            print(f"{name}: {path.stat().st_size / 1e6:.1f} MB")
            for what, step in STEPS.items():
                half, most = np.percentile(page.evaluate(FRAMES.format(step=step)), [50, 95])
                print(f"  {what}: a frame {half:.1f} ms, 95th percentile {most:.1f} ms")
            show_precisions(model)
    return 0


def explored(labels):
    """The models whose pages are timed: name, model, classes of the images."""
    for name in MODELS:
        yield name, aae.pretrained(name), labels
    model = build_model(ModelConfig("aae", hidden=(500, 500)), (28, 28, 1), None, priors.Gaussian(2))
    yield "untrained, of 50 classes", model, labels + 10 * (np.arange(len(labels)) % 5)


def show_precisions(model):
    """Prints how far images decoded with smaller weights are from those of the model, in grey levels."""
    layers = decoder_layers(model)
    codes = np.asarray(model.prior.sample(N_CODES, 0))
    if model.has_styles:
        codes = np.concatenate([codes, np.eye(model.n_classes)[np.arange(N_CODES) % model.n_classes]], axis=1)
    low, high = model.image_range
    expected = compute(layers, codes)
    for precision, rounded in (("float16", _float16), ("int8", _int8)):
        decoded = compute([layer._replace(kernel=rounded(layer.kernel)) for layer in layers], codes)
        print(f"  {precision}: up to {np.abs(decoded - expected).max() * 255 / (high - low):.2f} grey levels")


def _float16(kernel):
    return kernel.astype(np.float16).astype(np.float64)


def _int8(kernel):
    """With a scale for each unit."""
    scale = np.abs(kernel).max(axis=0) / 127
    return np.rint(kernel / scale) * scale


if __name__ == "__main__":
    sys.exit(main())
