import pytest
from aae.training.schedule import stepwise_rate


def test_the_rate_falls_tenfold_with_the_first_step_after_each_epoch_named():
    rate = stepwise_rate(2e-4, [2, 5], steps_per_epoch=10)
    steps = {0: 2e-4, 19: 2e-4, 20: 2e-5, 49: 2e-5, 50: 2e-6, 500: 2e-6}
    assert {step: float(rate(step)) for step in steps} == pytest.approx(steps)


def test_without_drops_the_rate_is_a_number():
    assert stepwise_rate(1e-3, [], 10) == 1e-3
