"""That each flag sets what it says, on the model the script builds."""

import importlib
import sys
from pathlib import Path

import keras
import pytest
from aae.models import priors


@pytest.fixture(scope="module")
def script():
    """The script as a module, its flags defined."""
    sys.path.insert(0, str(Path(__file__).parents[2] / "experiment"))
    module = importlib.import_module("aae_mnist")
    module.define_flags()
    return module


@pytest.fixture
def model_of(script, few_digits):
    """A function from flags to the compiled model for 300 digits."""

    def build(*flags):
        script.FLAGS.unparse_flags()
        script.FLAGS(["aae_mnist.py", "--train", *flags])
        return script.compiled_model("aae", few_digits)

    yield build
    for name in script.FLAGS.flag_values_dict():
        script.FLAGS[name].unparse()


def dropout_rates(network):
    return [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]


def test_defaults_are_those_of_the_reference(model_of):
    model = model_of()
    assert isinstance(model.prior, priors.Gaussian)
    assert model.n_codes == 2
    assert model.n_classes is None
    assert model.input_noise == 0
    assert dropout_rates(model.encoder) == dropout_rates(model.decoder) == []
    assert (model.reconstruction_weight, model.generator_weight, model.discriminator_weight) == (1, 6, 6)
    assert [layer.units for layer in model.encoder.layers if hasattr(layer, "units")] == [1000, 1000, 4]


def test_flags_of_the_model(model_of):
    model = model_of("--ncode=4", "--dist_type=gmm", "--label", "--noise", "--dropout=0.7", "--seed=5")
    assert isinstance(model.prior, priors.GaussianMixture)
    assert model.n_codes == 4
    assert model.n_classes == 10
    assert model.input_noise == 0.6
    assert dropout_rates(model.encoder) == dropout_rates(model.decoder) == pytest.approx([0.3, 0.3])
    assert dropout_rates(model.discriminator) == []
    assert model.seed == 5


def test_flags_of_the_training(model_of):
    model = model_of("--encw=2", "--genw=3", "--disw=4", "--lr=1e-3", "--lr_drops=2", "--bsize=100")
    assert (model.reconstruction_weight, model.generator_weight, model.discriminator_weight) == (2, 3, 4)
    for optimizer in (model.reconstruction_optimizer, model.generator_optimizer, model.discriminator_optimizer):
        assert optimizer.beta_1 == 0.5
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)
        # Three batches of 100 are an epoch; the rate falls after two.
        optimizer.iterations.assign(5)
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)
        optimizer.iterations.assign(6)
        assert float(optimizer.learning_rate) == pytest.approx(1e-4)


def test_labels_that_training_sees(script, model_of, few_digits):
    model_of("--label", "--nlabel=50")
    assert (script.visible_labels("aae", few_digits) >= 0).sum() == 50
    model_of("--label")
    assert (script.visible_labels("aae", few_digits) == few_digits.labels).all()
    model_of("--label", "--nlabel=all")
    assert (script.visible_labels("aae", few_digits) == few_digits.labels).all()
