"""That each flag sets what it says, on the model the script builds."""

import json

import keras
import numpy as np
import pytest
from aae.cli import aae_mnist, images
from aae.cli.script import parsed
from aae.cli.train import compiled_model
from aae.models import priors
from aae.training import compiling
from aae.training.run_folder import RunFolder

# Layers of 1,000 units take their time to be made; a later flag counts.
SMALL = ("--nhidden=64",)


def config_of(kind, *flags):
    """The ``Config`` of a model of ``kind`` by flags."""
    values, _ = parsed(aae_mnist.SCRIPT, ["--train", *flags])
    return aae_mnist.config(values, kind)


@pytest.fixture
def model_of(few_digits):
    """A function from flags to the compiled model for 300 digits."""
    return lambda *flags: compiled_model(config_of("aae", *SMALL, *flags), few_digits)


@pytest.fixture
def model_of_kind_by_flags(few_digits):
    """A function from a kind of model and flags to the compiled model for 300 digits."""
    return lambda kind, *flags: compiled_model(config_of(kind, *SMALL, *flags), few_digits)


def dropout_rates(network):
    return [layer.rate for layer in network.layers if isinstance(layer, keras.layers.Dropout)]


def test_defaults_are_those_of_the_reference(few_digits):
    model = compiled_model(config_of("aae"), few_digits)
    assert isinstance(model.prior, priors.Gaussian)
    assert model.n_codes == 2
    assert model.n_classes is None
    assert model.input_noise == 0
    assert dropout_rates(model.encoder) == dropout_rates(model.decoder) == []
    assert model.loss_weights == {"reconstruction": 1, "discriminator": 6, "generator": 6}
    assert [layer.units for layer in model.encoder.layers if hasattr(layer, "units")] == [1000, 1000, 4]


def test_flags_of_the_model(model_of):
    model = model_of("--ncode=4", "--dist_type=gmm", "--label", "--noise", "--dropout=0.7", "--seed=5")
    assert isinstance(model.prior, priors.PetalMixture)
    assert model.n_codes == 4
    assert model.n_classes == 10
    assert model.input_noise == 0.6
    assert dropout_rates(model.encoder) == dropout_rates(model.decoder) == pytest.approx([0.3, 0.3])
    assert dropout_rates(model.discriminator) == []
    assert model.seed == 5


def test_flags_of_the_training(model_of):
    model = model_of("--encw=2", "--genw=3", "--disw=4", "--lr=1e-3", "--lr_drops=2", "--bsize=100")
    assert model.loss_weights == {"reconstruction": 2, "discriminator": 4, "generator": 3}
    for optimizer in (model.reconstruction_optimizer, model.generator_optimizer, model.discriminator_optimizer):
        assert optimizer.beta_1 == 0.5
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)
        # Three batches of 100 are an epoch; the rate falls after two.
        optimizer.iterations.assign(5)
        assert float(optimizer.learning_rate) == pytest.approx(1e-3)
        optimizer.iterations.assign(6)
        assert float(optimizer.learning_rate) == pytest.approx(1e-4)


def test_labels_that_training_sees(few_digits):
    for kind in ("aae", "clustering", "dimreduction"):
        assert (images.visible_labels(config_of(kind), few_digits) == -1).all()
    assert (images.visible_labels(config_of("aae", "--label", "--nlabel=50"), few_digits) >= 0).sum() == 50
    for flags in (["--label"], ["--label", "--nlabel=all"]):
        assert (images.visible_labels(config_of("aae", *flags), few_digits) == few_digits.labels).all()


def hidden_units(network):
    return [layer.units for layer in network.layers if isinstance(layer, keras.layers.Dense)][:2]


def test_flags_of_the_second_repository(model_of):
    model = model_of(
        *("--output=sigmoid", "--likelihood=bernoulli", "--posterior=deterministic", "--prior_std=5", "--nhidden=32"),
        *("--dropout=0.75", "--disc_dropout=0.8", "--lr=6e-4", "--reg_lr=8e-4", "--beta1=0.9", "--lr_drops="),
        *("--noise", "--noise_std=0.3", "--average=0.99"),
    )
    assert model.image_range == (0, 1)
    assert model.likelihood.name == "bernoulli"
    # The likelihood applies the sigmoid, so the network ends in logits.
    assert model.decoder.layers[-2].activation is keras.activations.linear
    assert model.posterior.name == "deterministic"
    assert model.prior.std == 5
    assert [hidden_units(net) for net in (model.encoder, model.decoder, model.discriminator)] == [[32, 32]] * 3
    assert dropout_rates(model.discriminator) == pytest.approx([0.2, 0.2])
    assert (model.input_noise, model.ema_decay) == (0.3, 0.99)
    rates = {"reconstruction": 6e-4, "discriminator": 8e-4, "generator": 8e-4}
    for phase, rate in rates.items():
        optimizer = getattr(model, f"{phase}_optimizer")
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert optimizer.beta_1 == 0.9


def test_sigmoid_output_with_squared_error(model_of):
    model = model_of("--output=sigmoid")
    assert (model.image_range, model.likelihood.name) == ((0, 1), "gaussian")
    assert model.decoder.layers[-2].activation is keras.activations.sigmoid


def test_noise_that_falls_during_the_run(model_of):
    model = model_of("--noise", "--noise_std=0.3", "--late_noise_std=0.1", "--maxepoch=8", "--bsize=100")
    # After half of eight epochs of three steps.
    assert (model.input_noise, model.late_input_noise, model.late_noise_from) == (0.3, 0.1, 12)
    earlier = model_of("--noise", "--late_noise_std=0.1", "--late_noise_from=0.25", "--maxepoch=8", "--bsize=100")
    assert earlier.late_noise_from == 6
    assert model_of("--noise").late_input_noise is None


def test_noise_on_codes(model_of):
    assert model_of("--code_noise=0.3").code_noise == 0.3
    assert model_of().code_noise == 0


def test_supervised_flags(model_of_kind_by_flags):
    model = model_of_kind_by_flags("supervised", "--ncode=10", "--genw=2")
    assert model.conditional
    assert model.discriminator.input_shape == (None, 10 + 11)
    assert (model.n_classes, model.loss_weights["generator"]) == (10, 2)
    assert not model_of_kind_by_flags("supervised", "--noconditional").conditional


@pytest.mark.parametrize("kind", ["semisupervised", "clustering", "dimreduction"])
def test_flags_of_the_games_on_classes(model_of_kind_by_flags, kind):
    model = model_of_kind_by_flags(kind)
    games = model.games.get_config()
    assert (games["conditional"], games["paired"], games["class_shares"]) == (False, False, None)
    model = model_of_kind_by_flags(
        *(kind, "--conditional", "--paired", "--adversarial_noise=1.5", "--hidden_noise=0.3", "--nclusters=10"),
        *("--class_shares=estimated", "--shares_from=0.25", "--maxepoch=8", "--bsize=100", "--ncode=5", "--nlabel=10"),
        *("--paired_from=0.5", "--logit_scale=3", "--stop_class_gradient"),
    )
    games = model.games.get_config()
    assert games["stop_class_gradient"]
    assert (games["conditional"], games["paired"], games["adversarial_noise"]) == (True, True, 1.5)
    # Eight epochs of three steps.
    assert (games["class_shares"], games["estimate_from"], games["paired_from"]) == ("estimated", 6, 12)
    assert model.discriminator.input_shape == (None, 5 + 10)
    assert model.class_discriminator.input_shape == (None, 20)
    noise = [layer.stddev for layer in model.encoder.layers if isinstance(layer, keras.layers.GaussianNoise)]
    assert noise == [0.3, 0.3]
    assert [layer.scale for layer in model.encoder.layers if isinstance(layer, keras.layers.Rescaling)] == [3]


@pytest.mark.parametrize(("schedule", "after_a_quarter"), [("linear", 0.75), ("cosine", (1 + 0.5**0.5) / 2)])
def test_rates_that_fall_to_0_by_the_flag(model_of_kind_by_flags, schedule, after_a_quarter):
    model = model_of_kind_by_flags(
        *("semisupervised", f"--lr_schedule={schedule}", "--decay_start=0.5", "--maxepoch=8", "--bsize=100"),
        *("--lr=0.1", "--cls_every=3", "--label_smoothing=0.1"),
    )
    assert model.label_smoothing == 0.1
    # 24 steps, of which 8 classify.
    for name, n_steps, rate in [("reconstruction", 24, 0.1), ("generator", 24, 0.1), ("classification", 8, 0.3)]:
        optimizer = getattr(model, f"{name}_optimizer")
        for share, left in [(0.5, 1.0), (0.75, 0.5), (5 / 8, after_a_quarter), (1.0, 0.0)]:
            optimizer.iterations.assign(round(share * n_steps))
            assert float(optimizer.learning_rate) == pytest.approx(left * rate)


def test_neighbours_averaged_by_the_flag():
    config = config_of("clustering", "--averaged=3", "--neighbours=5", "--nclusters=10")
    assert (config.model.averaged, config.data.n_neighbours) == (3, 5)


def test_neighbours_by_the_flag():
    assert config_of("semisupervised", "--paired", "--neighbours=3").data.n_neighbours == 3
    assert config_of("semisupervised").data.n_neighbours == 0


def test_one_draw_of_labels_under_several_seeds(few_digits):
    kept = []
    for flags in (["--seed=1", "--label_draw=7"], ["--seed=2", "--label_draw=7"], ["--seed=7"], ["--seed=1"]):
        config = config_of("aae", "--label", "--nlabel=50", *flags)
        kept.append(images.visible_labels(config, few_digits).tolist())
    assert kept[0] == kept[1] == kept[2] != kept[3]


def test_semisupervised_flags(model_of_kind_by_flags):
    model = model_of_kind_by_flags(
        "semisupervised", "--clsw=2", "--ygenw=3", "--ydisw=4", "--cls_every=5", "--cls_lr=1e-3", "--reg_lr=4e-4"
    )
    weights = [model.loss_weights[name] for name in ("classification", "class_generator", "class_discriminator")]
    assert weights == [2, 3, 4]
    assert model.classify_every == 5
    assert float(model.classification_optimizer.learning_rate) == pytest.approx(1e-3)
    assert float(model.class_discriminator_optimizer.learning_rate) == pytest.approx(4e-4)


def test_the_rate_of_the_classification_makes_up_for_its_rhythm_by_default(model_of_kind_by_flags):
    for flags, expected in [([], 2e-3), (["--cls_every=1"], 2e-4), (["--lr=1e-4", "--cls_every=5"], 5e-4)]:
        model = model_of_kind_by_flags("semisupervised", *flags)
        assert float(model.classification_optimizer.learning_rate) == pytest.approx(expected)


def test_rates_of_the_semisupervised_model_fall_after_150_and_200_epochs_all_together(model_of_kind_by_flags):
    model = model_of_kind_by_flags("semisupervised", "--bsize=30", "--cls_every=1")
    for optimizer in (model.reconstruction_optimizer, model.classification_optimizer):
        start = float(optimizer.learning_rate)
        for steps, share in [(1499, 1), (1500, 0.1), (1999, 0.1), (2000, 0.01)]:
            optimizer.iterations.assign(steps)
            assert float(optimizer.learning_rate) == pytest.approx(share * start)


def test_labels_by_default_and_by_the_flag(few_digits, capsys):
    kept = images.visible_labels(config_of("semisupervised"), few_digits)
    assert (kept == few_digits.labels).all()
    assert "--nlabel is 1,280 by default: 300 of 300 images" in capsys.readouterr().out
    assert (images.visible_labels(config_of("supervised"), few_digits) == few_digits.labels).all()
    many = few_digits.take(np.tile(np.arange(300), 10)[:-5])
    kept = images.visible_labels(config_of("semisupervised"), many)
    assert np.bincount(kept[kept >= 0]).tolist() == [128] * 10
    split, labels = images.labelled(config_of("supervised", "--nlabel=50"), few_digits)
    assert len(split) == len(labels) == 50
    assert (labels >= 0).all()
    split, labels = images.labelled(config_of("semisupervised", "--nlabel=50"), few_digits)
    assert (len(split), (labels >= 0).sum()) == (300, 50)


def test_the_rate_of_a_rarer_phase_falls_with_the_same_epoch(model_of_kind_by_flags):
    optimizer = model_of_kind_by_flags(
        "semisupervised", "--bsize=30", "--cls_every=5", "--lr_drops=4"
    ).classification_optimizer
    # Ten steps an epoch, of which two are classification phases: eight come before the rate falls.
    for steps, rate in [(7, 1e-3), (8, 1e-4)]:
        optimizer.iterations.assign(steps)
        assert float(optimizer.learning_rate) == pytest.approx(rate)


SGD = ["--optimizer=sgd", "--lr=0.01", "--reg_lr=0.1", "--momentum=0.8", "--reg_momentum=0.2", "--bsize=100"]


def test_sgd_has_the_momenta_and_rates_of_its_phases(model_of_kind_by_flags):
    model = model_of_kind_by_flags(
        "dimreduction", *SGD, "--nlabel=100", "--cls_every=1", "--cls_lr=0.3", "--lr_drops=2"
    )
    expected = {
        "reconstruction": (0.01, 0.8),
        "separation": (0.01, 0.8),
        "classification": (0.3, 0.8),
        "discriminator": (0.1, 0.2),
        "class_discriminator": (0.1, 0.2),
        "generator": (0.1, 0.2),
    }
    for phase, (rate, momentum) in expected.items():
        optimizer = getattr(model, f"{phase}_optimizer")
        assert isinstance(optimizer, keras.optimizers.SGD)
        assert float(optimizer.learning_rate) == pytest.approx(rate)
        assert optimizer.momentum == momentum
        optimizer.iterations.assign(6)
        assert float(optimizer.learning_rate) == pytest.approx(rate / 10)


def norms(network):
    return sum(isinstance(layer, keras.layers.BatchNormalization) for layer in network.layers)


@pytest.mark.parametrize(
    ("choice", "in_encoder", "in_decoder"), [("none", 0, 0), ("encoder", 4, 0), ("autoencoder", 4, 2)]
)
def test_where_batch_norm_goes(model_of_kind_by_flags, choice, in_encoder, in_decoder):
    model = model_of_kind_by_flags("clustering", f"--batch_norm={choice}")
    assert (norms(model.encoder), norms(model.decoder)) == (in_encoder, in_decoder)
    assert norms(model.discriminator) == norms(model.class_discriminator) == 0


def test_encoders_that_find_clusters_are_normalised_by_default(model_of_kind_by_flags):
    for kind, expected in {"clustering": 4, "dimreduction": 4, "semisupervised": 0, "aae": 0}.items():
        model = model_of_kind_by_flags(kind)
        assert (norms(model.encoder), norms(model.decoder)) == (expected, 0)


def test_flags_of_clusters(model_of_kind_by_flags):
    model = model_of_kind_by_flags("clustering", "--nclusters=30", "--ncode=5", "--ygenw=2", "--input_dropout=0.8")
    assert (model.n_classes, model.n_codes, model.loss_weights["class_generator"]) == (30, 5, 2)
    assert dropout_rates(model.encoder) == pytest.approx([0.2])
    assert model_of_kind_by_flags("clustering").n_classes == 16


def test_flags_of_embeddings(model_of_kind_by_flags):
    model = model_of_kind_by_flags("dimreduction", "--margin=3", "--headw=2")
    assert (model.n_classes, model.classes_are_labels, model.margin) == (20, False, 3)
    assert model.loss_weights["separation"] == 2
    model = model_of_kind_by_flags("dimreduction", "--nlabel=100", "--ncode=10")
    assert (model.n_classes, model.classes_are_labels, model.n_codes) == (10, True, 10)


def test_initial_weights_by_the_flag(model_of):
    model = model_of("--init_std=0.01", "--ncode=50", "--nhidden=1000")
    for network in (model.encoder, model.decoder, model.discriminator):
        kernels = [layer.kernel for layer in network.layers if isinstance(layer, keras.layers.Dense)]
        assert [np.std(kernel) for kernel in kernels] == pytest.approx([0.01] * 3, rel=0.1)


def test_priors_by_the_flag(model_of):
    assert isinstance(model_of("--dist_type=swiss_roll").prior, priors.SwissRoll)
    uniform = model_of("--dist_type=uniform", "--ncode=3").prior
    assert (type(uniform), uniform.n_codes) == (priors.Uniform, 3)
    assert model_of("--dist_type=gmm", "--ncomponents=7").prior.n_labels == 7
    assert model_of("--dist_type=gmm").prior.n_labels == 10


def test_the_universal_posterior_by_the_flag(model_of):
    model = model_of("--posterior=universal", "--posterior_noise=6")
    assert model.posterior.name == "universal"
    assert model.encoder.input_shape == [(None, 28, 28, 1), (None, 6)]


def test_ways_of_computing(model_of):
    model = model_of("--precision=bfloat16", "--jit=on", "--update=joint")
    assert (model.precision, model.jit_compile, model.update) == ("bfloat16", True, "joint")
    model = model_of("--precision=float32", "--jit=off")
    assert (model.precision, model.jit_compile, model.update) == ("float32", False, "alternating")
    assert model_of("--update=phases").update == "alternating"


def test_automatic_ways_are_those_of_the_machine(model_of, monkeypatch):
    monkeypatch.setattr(compiling, "fastest_precision", lambda: "bfloat16")
    monkeypatch.setattr(compiling, "fastest_jit", lambda: True)
    model = model_of()
    assert (model.precision, model.jit_compile) == ("bfloat16", True)


def test_one_draw_holds_out_the_same_images_under_several_seeds(idx_folder, tmp_path):
    data = ["--nvalid=50", f"--data_path={idx_folder}"]
    draws = ["--seed=1", "--label_draw=7"], ["--seed=2", "--label_draw=7"], ["--seed=7"], ["--seed=1"]
    held_out = [images.load_data(config_of("aae", *flags, *data))[2]["valid"].images for flags in draws]
    assert np.array_equal(held_out[0], held_out[1])
    assert np.array_equal(held_out[0], held_out[2])
    assert not np.array_equal(held_out[0], held_out[3])
    folder = RunFolder(tmp_path)
    for flags, expected in [({"seed": 1, "label_draw": 7}, held_out[0]), ({"seed": 7}, held_out[0])]:
        record = {"data": {"valid": {"images": 50}}, "flags": flags | {"data_path": str(idx_folder)}}
        (tmp_path / "config.json").write_text(json.dumps(record))
        assert np.array_equal(images.recorded_valid(folder, {}).images, expected)
