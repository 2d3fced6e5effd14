"""The configs, without TensorFlow."""

from dataclasses import replace

from aae.config import Config, DataConfig, ModelConfig, RunConfig

N_IMAGES = 1000


def test_shares_of_the_run_become_steps_and_steps_given_to_the_model_stay():
    model = ModelConfig("clustering", paired=True, paired_from=7, class_shares="estimated", estimate_from=30)
    model = replace(model, late_input_noise=0.1, late_noise_from=50)
    of_model = Config(model=model, data=DataConfig(), run=RunConfig(epochs=4, batch_size=100)).model_for(N_IMAGES)
    assert (of_model.paired_from, of_model.estimate_from, of_model.late_noise_from) == (7, 30, 50)
    run = RunConfig(epochs=4, batch_size=100, paired_after=0.25, estimate_after=0.5, late_noise_after=0.75)
    by_run = Config(model=model, run=run).model_for(N_IMAGES)
    assert (by_run.paired_from, by_run.estimate_from, by_run.late_noise_from) == (10, 20, 30)
