import numpy as np
from aae.visualization.cluster_members import save_cluster_members
from PIL import Image


def test_each_cluster_has_a_row_of_its_head_its_most_and_its_least_typical_members(tmp_path):
    heads = np.full((2, 8, 8, 1), 0, np.uint8)
    # The first cluster has members of either kind; the second is empty.
    most = [np.full((3, 8, 8, 1), 100, np.uint8), np.empty((0, 8, 8, 1), np.uint8)]
    least = [np.full((2, 8, 8, 1), 180, np.uint8), np.empty((0, 8, 8, 1), np.uint8)]
    path = save_cluster_members(tmp_path / "clusters.png", heads, most, least, ["7 (5)", "1 (0)"], "class", "title")
    pixels = np.asarray(Image.open(path).convert("L")).astype(int)
    places = {level: np.where(np.abs(pixels - level) <= 1) for level in (0, 100, 180)}
    head, most_typical, least_typical = (columns.mean() for _, columns in places.values())
    assert head < most_typical < least_typical
    along_the_row = pixels[int(np.median(places[100][0]))]
    widths = [(np.abs(along_the_row - level) <= 1).sum() for level in (0, 100, 180)]
    # One head, three and two members; a little is lost to the smoothing of their edges.
    assert np.rint(np.array(widths) / widths[2] * 2).tolist() == [1, 3, 2]
    # Beside the lower head there is nothing.
    lower = pixels[int(np.quantile(places[0][0], 0.9))]
    assert not (np.abs(lower - 100) <= 1).any()


def test_a_run_without_any_member_is_drawn(tmp_path):
    none = [np.empty((0, 8, 8, 3), np.uint8)] * 2
    heads = np.zeros((2, 8, 8, 3), np.uint8)
    path = save_cluster_members(tmp_path / "clusters.png", heads, none, none, ["0", "1"], "class", "title")
    assert Image.open(path).size[0] > 100
