"""Models built from plain settings: their widths, defaults and refusals."""

import inspect

import keras
import numpy as np
import pytest
from aae.config import DEFAULTS, ModelConfig
from aae.errors import InputError
from aae.models import networks, priors
from aae.models.build import BATCH_NORM, IMAGE_RANGES, MODELS, NETWORKS, build_model, build_prior, makers_of
from aae.models.posteriors import POSTERIORS
from aae.settings import settings_of

SHAPE = (6, 6, 1)


def build(kind, n_classes=4, prior=None, **settings):
    return build_model(ModelConfig(kind, hidden=(8, 8), **settings), SHAPE, n_classes, prior)


def widths(model):
    """Inputs of decoder and discriminators, outputs of the encoder."""
    outputs = model.encoder.output_shape
    outputs = [shape[-1] for shape in (outputs if isinstance(outputs, list) else [outputs])]
    names = [name for name in ("decoder", "discriminator", "class_discriminator") if hasattr(model, name)]
    return outputs, [getattr(model, name).input_shape[-1] for name in names]


@pytest.mark.parametrize(
    ("kind", "settings", "outputs", "inputs"),
    [
        ("ae", {}, [2], [2]),
        ("dae", {"n_codes": 3}, [3], [3]),
        ("vae", {}, [4], [2]),
        ("aae", {}, [4], [2, 2]),
        ("aae", {"sees_labels": True, "posterior": "deterministic"}, [2], [2, 2 + 5]),
        ("supervised", {}, [4], [2 + 4, 2 + 5]),
        ("supervised", {"conditional": False}, [4], [2 + 4, 2]),
        ("semisupervised", {"n_codes": 3}, [6, 4], [3 + 4, 3, 4]),
        ("semisupervised", {"conditional": True, "paired": True}, [4, 4], [2 + 4, 2 + 4, 8]),
        ("clustering", {}, [4, 16], [2 + 16, 2, 16]),
        ("clustering", {"n_clusters": 5}, [4, 5], [2 + 5, 2, 5]),
        ("dimreduction", {}, [4, 4], [2, 2, 4]),
        ("dimreduction", {"n_clusters": 5, "conditional": True}, [4, 5], [2, 2 + 5, 5]),
    ],
)
def test_widths(kind, settings, outputs, inputs):
    model = build(kind, **settings)
    assert type(model) is MODELS[kind]
    assert widths(model) == (outputs, inputs)


def norms(network):
    return sum(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)


@pytest.mark.parametrize("kind", DEFAULTS)
def test_every_kind_with_its_defaults_encodes_and_is_rebuilt_from_its_config(kind):
    model = build(kind)
    assert model.posterior.name == DEFAULTS[kind].posterior
    # The codes of autoencoders without a game are normalised; otherwise it is every hidden layer and head.
    expected = 1 if kind in ("ae", "dae") else 4 if DEFAULTS[kind].batch_norm == "encoder" else 0
    assert norms(model.encoder) == expected
    assert model.encode(np.zeros((3, *SHAPE), np.float32)).shape == (3, 2)
    assert type(model).from_config(model.get_config()).get_config() == model.get_config()


def test_settings_reach_the_model():
    model = build("dimreduction", n_clusters=5, margin=2.5, input_noise=0.3, ema_decay=0.9, output="sigmoid", seed=7)
    assert (model.margin, model.input_noise, model.ema_decay, model.seed) == (2.5, 0.3, 0.9, 7)
    assert (model.classes_are_labels, model.image_range) == (False, (0.0, 1.0))
    games = {"paired": True, "paired_from": 3, "adversarial_noise": 0.5, "class_shares": "estimated"}
    settings = build("semisupervised", **games, estimate_from=4).get_config()
    assert games.items() <= settings.items()
    assert settings["estimate_from"] == 4


def test_priors_by_name_and_of_your_own():
    assert isinstance(build("aae", prior=None).prior, priors.Gaussian)
    mixture = build_model(ModelConfig(prior="gmm", hidden=(8,)), SHAPE, 4).prior
    of_classes = build_model(ModelConfig(prior="gmm", sees_labels=True, hidden=(8,)), SHAPE, 4).prior
    assert (mixture.n_labels, of_classes.n_labels) == (10, 4)
    assert build_model(ModelConfig(prior="uniform", n_codes=3, hidden=(8,)), SHAPE, 4).prior.n_codes == 3
    own = priors.Gaussian(5, std=2.0)
    model = build("semisupervised", prior=own)
    assert model.prior is own
    assert widths(model) == ([10, 4], [5 + 4, 5, 4])


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "gan"}, "model 'gan': expected one of aae, supervised"),
        ({"prior": "cauchy"}, "prior 'cauchy': expected one of gaussian, gmm"),
        ({"posterior": "laplace"}, "posterior 'laplace': expected one of"),
        ({"dropout": 1.0}, "dropout 1.0"),
        ({"ema_decay": 1.0}, "ema_decay 1.0"),
        ({"likelihood": "bernoulli"}, "expected \\[0, 1\\]"),
        ({"prior": "gmm", "sees_labels": True, "n_components": 3}, "expected a component for every class"),
        ({"kind": "vae", "prior": "uniform"}, "closed form for Gaussian"),
    ],
)
def test_what_cannot_be_built_is_refused(settings, words):
    with pytest.raises(InputError, match=words):
        build_model(ModelConfig(hidden=(8,), **settings), SHAPE, 4)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"kind": "aae", "batch_norm": "decoder"}, "batch_norm 'decoder': expected one of none, encoder, autoencoder"),
        ({"kind": "aae", "output": "relu"}, "output 'relu': expected one of tanh, sigmoid"),
        ({"kind": "clustering", "n_clusters": 0}, "n_clusters 0: expected a finite number, at least 2"),
    ],
)
def test_settings_that_mean_nothing_are_refused(settings, message):
    with pytest.raises(InputError, match=message):
        build(**settings)


def test_every_setting_of_a_model_is_an_argument_of_what_is_built_of_it():
    makers = [maker for kind in MODELS for maker in makers_of(kind)]
    makers += [*(make for pair in NETWORKS.values() for make in pair), networks.mlp_discriminator]
    arguments = {name for maker in makers for name in inspect.signature(maker).parameters}
    # Those that say which prior and which parts are built, and how wide they are.
    of_parts = {"kind", "n_codes", "prior_std", "n_components", "sees_labels", "n_clusters", "posterior_noise"}
    of_parts |= {"network", "discriminator_dropout"}
    assert set(settings_of(ModelConfig)) == (set(settings_of(ModelConfig)) & arguments) | of_parts


def test_choices_are_what_can_be_built():
    choices = {name: set(each.choices) for name, each in settings_of(ModelConfig).items() if each.choices}
    assert choices["posterior"] == set(POSTERIORS)
    assert choices["network"] == set(NETWORKS)
    assert choices["output"] == set(IMAGE_RANGES)
    assert choices["batch_norm"] == set(BATCH_NORM)
    for prior in choices["prior"]:
        assert build_prior(ModelConfig(prior=prior), 3).n_codes == 2
