import pytest
from aae.config import Config, ModelConfig, OptimizerConfig
from aae.errors import InputError
from aae.models.build import build_model
from aae.training.compiling import compile_model


def compiled(kind="aae", steps_per_epoch=1, **settings):
    model = build_model(ModelConfig(kind, hidden=(4,)), (6, 6, 1), 3)
    return compile_model(model, OptimizerConfig(**settings), epochs=10, steps_per_epoch=steps_per_epoch)


def test_every_phase_has_the_rate_and_momentum_of_its_kind():
    rates = {"learning_rate": 0.1, "game_learning_rate": 0.2, "classification_learning_rate": 0.3}
    model = compiled("dimreduction", optimizer="sgd", momentum=0.9, game_momentum=0.4, **rates)
    found = {phase.name: (float(phase.optimizer.learning_rate), phase.optimizer.momentum) for phase in model.phases}
    games = dict.fromkeys(("discriminator", "class_discriminator", "generator"), pytest.approx((0.2, 0.4)))
    of_autoencoder = dict.fromkeys(("reconstruction", "separation"), pytest.approx((0.1, 0.9)))
    assert found == games | of_autoencoder | {"classification": pytest.approx((0.3, 0.9))}


def test_the_rate_of_a_rarer_classification_falls_with_the_same_epoch():
    model = compiled("semisupervised", steps_per_epoch=30, classify_every=10, drops=(2,), learning_rate=0.01)
    optimizer = model.classification.phase.optimizer
    # Three steps an epoch; the rate, ten times that of the others, falls after two.
    for step, rate in [(5, 0.1), (6, 0.01)]:
        optimizer.iterations.assign(step)
        assert float(optimizer.learning_rate) == pytest.approx(rate)


def test_weights_of_losses_that_other_models_have_are_left_out():
    weights = compiled(loss_weights={"generator": 3.0, "classification": 5.0}).loss_weights
    assert weights["generator"] == 3.0
    assert "classification" not in weights


def test_weights_of_losses_that_no_model_has_are_refused():
    with pytest.raises(InputError, match="reconstrution"):
        compiled(loss_weights={"reconstrution": 5.0})


@pytest.mark.parametrize(("kind", "drops"), [("aae", (100, 300)), ("semisupervised", (150, 200))])
def test_the_rates_of_a_config_fall_as_those_of_its_kind_of_model(kind, drops):
    assert Config(ModelConfig(kind)).optimizer.drops == drops
    assert Config(ModelConfig(kind), OptimizerConfig(drops=(7,))).optimizer.drops == (7,)
    assert Config(ModelConfig(kind), OptimizerConfig(drops=())).optimizer.drops == ()
