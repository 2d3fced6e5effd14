import numpy as np
import pytest
from aae.data.splits import Split
from aae.evaluation.classification import Classification, classify_all

LABELS = np.array([0, 0, 1, 1, 1, 2])
PROBABILITIES = np.array(
    [
        [0.9, 0.1, 0.0, 0.0],
        [0.3, 0.6, 0.1, 0.0],
        [0.1, 0.8, 0.1, 0.0],
        [0.95, 0.05, 0.0, 0.0],
        [0.2, 0.1, 0.7, 0.0],
        [0.0, 0.0, 1.0, 0.0],
    ]
)


def test_figures_of_a_case_worked_by_hand():
    classification = Classification(LABELS, PROBABILITIES)
    assert classification.predictions.tolist() == [0, 1, 1, 0, 2, 2]
    assert classification.accuracy == pytest.approx(3 / 6)
    assert classification.confusion.tolist() == [[1, 1, 0, 0], [1, 1, 1, 0], [0, 0, 1, 0], [0, 0, 0, 0]]
    assert classification.accuracy_by_class[:3] == pytest.approx([1 / 2, 1 / 3, 1])
    assert np.isnan(classification.accuracy_by_class[3])


def test_mistakes_come_the_most_confident_first():
    classification = Classification(LABELS, PROBABILITIES)
    assert classification.confident_mistakes(2).tolist() == [3, 4]
    assert classification.confident_mistakes(9).tolist() == [3, 4, 1]


def test_a_whole_split_is_classified_in_its_order():
    class Model:
        image_range = (0.0, 1.0)

        def classify(self, images):
            return np.eye(3)[np.rint(np.asarray(images)[:, 0, 0, 0] * 255).astype(int) % 3]

    images = (np.arange(1500) % 250).astype(np.uint8).reshape(-1, 1, 1, 1)
    split = Split("test", images, images.ravel().astype(np.int32) % 3, "made up")
    assert classify_all(Model(), split).accuracy == 1
