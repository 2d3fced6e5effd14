"""What is kept of the training samples to compare others with."""

import numpy as np
import pytest
from aae.data.pipeline import to_range
from aae.errors import InputError
from aae.evaluation.encoding import signs_of_outliers
from aae.evaluation.training_reference import TrainingReference, digest_of
from aae.models import load_model


def test_a_kept_reference_is_the_one_that_was_made(tmp_path, small_model, few_digits):
    model = small_model()
    made = TrainingReference.of(model, few_digits, ["zero", "ß", *map(str, range(2, 10))], [2, 0, 1])
    np.testing.assert_array_equal(made.signs, signs_of_outliers(model, few_digits.images))
    assert made.class_names.tolist() == ["zero", "ß", *map(str, range(2, 10))]
    assert made.label_of_cluster.tolist() == [2, 0, 1]
    made.save(tmp_path / "reference.npz")
    kept = TrainingReference.load(tmp_path / "reference.npz")
    assert kept.digest == digest_of(model)
    for name in ("signs", "class_names", "label_of_cluster"):
        np.testing.assert_array_equal(getattr(kept, name), getattr(made, name))


def test_without_names_classes_are_called_by_their_numbers(small_model, few_digits):
    model = small_model()
    made = TrainingReference.of(model, few_digits)
    np.testing.assert_array_equal(made.class_names, range(10))
    assert not len(made.label_of_cluster)


def test_a_model_is_another_one_after_a_step_and_the_same_after_it_was_saved(small_model, few_digits, tmp_path):
    model = small_model(ema_decay=0.9)
    model.compile()
    before = digest_of(model)
    model.train_step((to_range(few_digits.images), few_digits.labels))
    assert digest_of(model) != before
    model.save(tmp_path / "model.keras")
    assert digest_of(load_model(tmp_path / "model.keras")) == digest_of(model)


@pytest.mark.parametrize("parts", [{"digest": "1"}, {"digest": "1", "signs": np.array([{}], object)}])
def test_a_file_that_is_no_reference_is_refused(tmp_path, parts):
    path = tmp_path / "reference.npz"
    np.savez(path, **parts)
    with pytest.raises(InputError, match="cannot be read"):
        TrainingReference.load(path)
