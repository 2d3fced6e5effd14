import pytest
from aae.config import Config, ModelConfig, OptimizerConfig
from aae.errors import InputError
from aae.models.build import build_model
from aae.training.compiling import compile_model


def compiled(**settings):
    model = build_model(ModelConfig("aae", hidden=(4,)), (6, 6, 1), 3)
    return compile_model(model, OptimizerConfig(**settings), epochs=1, steps_per_epoch=1)


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
