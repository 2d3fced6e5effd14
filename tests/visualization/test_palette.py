import matplotlib
import pytest
from aae.visualization.palette import class_colours, class_shapes

from tests.visualization.colour_vision import VISIONS, lab, least_distance, require_told_apart


@pytest.mark.parametrize("n_classes", [2, 10, 11, 47, 70])
def test_any_two_classes_are_told_apart_with_every_kind_of_colour_vision(n_classes):
    require_told_apart(class_colours(n_classes), class_shapes(n_classes), least=17)


def test_ten_classes_are_discs_and_a_class_looks_the_same_whatever_their_number():
    assert set(class_shapes(10)) == {"circle"}
    for kind in (class_colours, class_shapes):
        assert kind(1000)[:3] == kind(3)
        assert len(kind(1000)) == 1000


def test_the_measure_knows_safe_colours_from_others():
    # Lightness, a* and b* of sRGB's red, from tables.
    assert lab([[1, 0, 0]], "normal")[0] == pytest.approx([53.24, 80.09, 67.20], abs=0.02)
    # With one kind of cone fewer, red and green are shades of yellow, and greys what they were.
    for vision in VISIONS:
        assert lab([[0.5, 0.5, 0.5]], vision)[0] == pytest.approx([53.39, 0, 0], abs=0.1)
    assert least_distance([[0.6, 0.4, 0], [0.4, 0.53, 0]], "normal") > 40
    assert least_distance([[0.6, 0.4, 0], [0.4, 0.53, 0]], "deuteranopia") < 15
    turbo = matplotlib.colormaps["turbo"].resampled(20)(range(20))[:, :3]
    with pytest.raises(AssertionError, match="circle"):
        require_told_apart(turbo, ["circle"] * 20, least=10)
