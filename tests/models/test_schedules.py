import keras
import pytest
from aae.errors import InputError
from aae.models.schedules import FallingRate, falling_rate, stepwise_rate


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


@pytest.mark.parametrize(
    ("shape", "halfway", "three_quarters"), [("linear", 0.5, 0.25), ("cosine", 0.5, 0.5 * (1 - 2**-0.5))]
)
def test_a_rate_that_falls_to_0_in_the_last_part_of_the_run(shape, halfway, three_quarters):
    # 10 epochs of 10 steps, of which the last 4 epochs fall.
    rate = falling_rate(2e-3, shape, 10, 0.6, 10)
    shares = {0: 1, 60: 1, 80: halfway, 90: three_quarters, 100: 0, 500: 0}
    expected = {step: 2e-3 * share for step, share in shares.items()}
    assert {step: float(rate(step)) for step in shares} == pytest.approx(expected, rel=1e-5, abs=1e-9)


def test_an_optimiser_that_moves_at_every_fifth_step_falls_over_the_same_epochs():
    rate = falling_rate(1.0, "linear", 10, 0.5, 10 / 5)
    assert [float(rate(step)) for step in (10, 15, 20)] == pytest.approx([1, 0.5, 0])


def test_a_falling_rate_is_saved_with_its_optimiser():
    optimizer = keras.optimizers.SGD(FallingRate(0.1, 5, 20, "cosine"))
    copy = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    copy.build([])
    copy.iterations.assign(9)
    assert float(copy.learning_rate) == pytest.approx(float(FallingRate(0.1, 5, 20, "cosine")(9)))


@pytest.mark.parametrize(("first", "last"), [(5, 5), (-1, 5), (6, 5)])
def test_a_fall_that_ends_before_it_begins_is_refused(first, last):
    with pytest.raises(InputError, match="expected 0 <= first < last"):
        FallingRate(0.1, first, last)
