"""What the README says is so."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
OWN_IMAGES, OWN_NETWORKS, OWN_PRIOR = EXAMPLES


def run_example(code, cwd):
    result = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True)
    assert result.returncode == 0, result.stderr


def test_the_example_with_images_of_your_own_runs(tmp_path):
    check = "\nassert codes.shape == (1000, 2) and copies.shape == images.shape and len(new) == 16\n"
    run_example(OWN_IMAGES + check, tmp_path)
    assert (tmp_path / "mine.keras").exists()


def test_the_example_with_networks_of_your_own_runs_on_colour_images_in_a_folder(tmp_path):
    generator = np.random.default_rng(0)
    for name, colour in {"red": (200, 40, 40), "green": (40, 200, 40), "blue": (40, 40, 200)}.items():
        (tmp_path / "pictures" / name).mkdir(parents=True)
        for index in range(20):
            pixels = np.clip(colour + generator.normal(0, 20, (32, 32, 3)), 0, 255).astype(np.uint8)
            Image.fromarray(pixels).save(tmp_path / f"pictures/{name}/{index}.png")
    check = """
assert new.shape == (16, 32, 32, 3)
images, labels = next(iter(pictures))
assert set(labels.numpy()) == {0, 1, 2} and images.shape == (32, 32, 32, 3)
assert model.encode(images).shape == (32, 8) and model.reconstruct(images).shape == images.shape
"""
    run_example(OWN_NETWORKS + check, tmp_path)


def test_the_example_of_a_prior_is_ten_lines_and_can_be_sampled_trained_on_and_saved(tmp_path):
    lines = OWN_PRIOR[OWN_PRIOR.index("class TwoMoons") :].strip().splitlines()
    assert len([line for line in lines if line.strip()]) <= 10
    check = """
import numpy as np
from aae.models import AAE, load_model, networks
moons = TwoMoons()
upper, lower = (moons.sample_for_labels(np.full(2000, label), 0).numpy() for label in (0, 1))
assert np.allclose(np.linalg.norm(upper + [0.5, 0.25], axis=1), 1, atol=0.5)
assert np.allclose(np.linalg.norm(lower - [0.5, 0.25], axis=1), 1, atol=0.5)
assert np.mean(upper[:, 1] > -0.4) > 0.9 and np.mean(lower[:, 1] < 0.4) > 0.9
assert abs(np.mean(moons.sample(4000, 1), axis=0)).max() < 0.1
shape = (8, 8, 1)
nets = networks.mlp_encoder(shape, 4), networks.mlp_decoder(2, shape), networks.mlp_discriminator(5)
model = AAE(*nets, moons, n_classes=2)
model.compile()
model.fit(np.zeros((100, *shape), "float32"), np.arange(100) % 3 - 1, verbose=0)
model.save("moons.keras")
assert isinstance(load_model("moons.keras").prior, TwoMoons)
"""
    run_example(OWN_PRIOR + check, tmp_path)


def test_the_table_lists_every_flag_of_the_help_and_no_other():
    table = README[README.index("## Flags") : README.index("## From Python")]
    rows = re.findall(r"^\| (`--.*?) \|", table, re.MULTILINE)
    listed = {flag for row in rows for flag in re.findall(r"--(\w+)", row)}
    script = ROOT / "experiment" / "aae_mnist.py"
    help_text = subprocess.run([sys.executable, script, "--help"], capture_output=True, text=True, check=True).stdout
    assert listed == set(re.findall(r"^  --(?:\[no\])?(\w+):", help_text, re.MULTILINE))


@pytest.mark.parametrize("path", sorted(set(re.findall(r"\]\(((?!http).*?)\)", README))))
def test_every_picture_and_page_it_shows_is_there(path):
    assert (ROOT / path.partition("#")[0]).exists()


def test_every_recipe_it_names_is_there():
    for recipe in set(re.findall(r"experiment/recipes/\S+\.cfg", README)):
        assert (ROOT / recipe).exists()
