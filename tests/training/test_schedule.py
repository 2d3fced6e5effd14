import pytest
from aae.training.schedule import stepwise_rate


def test_the_rate_falls_tenfold_with_the_first_step_after_each_epoch_named():
    rate = stepwise_rate(2e-4, [2, 5], steps_per_epoch=10)
    steps = {0: 2e-4, 19: 2e-4, 20: 2e-5, 49: 2e-5, 50: 2e-6, 500: 2e-6}
    assert {step: float(rate(step)) for step in steps} == pytest.approx(steps)


def test_without_drops_the_rate_is_a_number():
    assert stepwise_rate(1e-3, [], 10) == 1e-3


def test_an_optimiser_that_moves_at_every_third_step_falls_with_its_first_step_of_the_epoch():
    # Steps 0, 3, 6 and 9 of the first epoch move it, as its own 0 to 3; its step 4 is the first after.
    rate = stepwise_rate(1.0, [1, 3], steps_per_epoch=10 / 3)
    steps = {0: 1.0, 3: 1.0, 4: 0.1, 9: 0.1, 10: 0.01}
    assert {step: float(rate(step)) for step in steps} == pytest.approx(steps)
