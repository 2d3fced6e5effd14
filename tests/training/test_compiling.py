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


def test_the_class_discriminator_may_have_an_optimiser_and_a_rate_of_its_own():
    settings = {"learning_rate": 0.01, "game_learning_rate": 0.02, "game_momentum": 0.4, "beta_1": 0.6}
    alone = {"class_discriminator_optimizer": "sgd", "class_discriminator_learning_rate": 0.3}
    model = compiled("semisupervised", update="joint", **settings, **alone)
    of_classes = model.class_discriminator_optimizer
    assert type(of_classes).__name__ == "SGD"
    assert (float(of_classes.learning_rate), of_classes.momentum) == pytest.approx((0.3, 0.4))
    others = [model.reconstruction_optimizer, model.discriminator_optimizer]
    assert [(type(each).__name__, float(each.learning_rate), each.beta_1) for each in others] == [
        ("Adam", pytest.approx(rate), 0.6) for rate in (0.01, 0.02)
    ]
    # Adam for it alone, at the rate of the games.
    model = compiled("clustering", optimizer="sgd", class_discriminator_optimizer="adam", **settings)
    of_classes = model.class_discriminator_optimizer
    assert (type(of_classes).__name__, float(of_classes.learning_rate)) == ("Adam", pytest.approx(0.02))
    assert type(model.discriminator_optimizer).__name__ == "SGD"


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
