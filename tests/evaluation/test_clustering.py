import numpy as np
import pytest
from aae.data.splits import Split
from aae.evaluation.clustering import Clustering, name_by_majority, name_clusters
from aae.evaluation.metrics import cluster, clusters_named
from sklearn.metrics import adjusted_rand_score


def probabilities(rows):
    return np.array(rows, float)


# Six validation images: the surest of cluster 0 is a 7, of cluster 1 a 3; of cluster 2, which nothing is put in, a 3.
VALID = probabilities(
    [[0.6, 0.3, 0.1], [0.9, 0.1, 0.0], [0.7, 0.2, 0.1], [0.2, 0.8, 0.0], [0.3, 0.5, 0.2], [0.5, 0.2, 0.3]]
)
VALID_LABELS = np.array([3, 7, 3, 3, 7, 3])
# By hand: clusters 0, 0, 1, 1, 0 stand for 7, 7, 3, 3, 7.
TEST = probabilities([[0.8, 0.1, 0.1], [0.5, 0.3, 0.2], [0.1, 0.9, 0.0], [0.4, 0.6, 0.0], [0.9, 0.0, 0.1]])
TEST_LABELS = np.array([7, 3, 3, 3, 5])


def test_a_case_by_hand():
    named = name_clusters(VALID_LABELS, VALID)
    assert named.tolist() == [7, 3, 3]
    clustering = Clustering(TEST_LABELS, TEST, named)
    assert clustering.assignments.tolist() == [0, 0, 1, 1, 0]
    assert clustering.error == pytest.approx(2 / 5)
    assert clustering.counts.tolist() == [3, 2, 0]
    assert clustering.n_used == 2
    assert clustering.metrics()["clusters_used"] == 2


def test_it_is_the_surest_image_that_names_a_cluster_and_not_the_majority():
    labels = np.array([1, 1, 1, 4])
    assert name_clusters(labels, probabilities([[0.8], [0.8], [0.8], [0.9]])).tolist() == [4]


def test_of_equally_sure_images_the_commonest_label_names_it():
    labels = np.array([2, 5, 5, 0, 0, 0])
    assert name_clusters(labels, probabilities([[1], [1], [1], [0.9], [0.9], [0.9]])).tolist() == [5]


class DarkAndLight:
    """Puts dark images into cluster 0 and light ones into cluster 1."""

    image_range = (0.0, 1.0)

    def classify(self, images):
        return np.eye(2)[(np.asarray(images)[:, 0, 0, 0] > 0.5).astype(int)]


def test_validation_images_name_the_clusters_of_test_images():
    def split(name, levels, labels):
        return Split(name, np.array(levels, np.uint8).reshape(-1, 1, 1, 1), np.array(labels, np.int32), "made up")

    valid, test = split("valid", [0, 255], [3, 5]), split("test", [0, 255, 255], [5, 5, 3])
    clustering = cluster(DarkAndLight(), clusters_named(DarkAndLight(), valid), test)
    assert clustering.label_of_cluster.tolist() == [3, 5]
    assert clustering.assignments.tolist() == [0, 1, 1]
    assert clustering.error == pytest.approx(2 / 3)


def test_a_renumbered_partition_is_perfect():
    labels = np.repeat(np.arange(5), 20)
    turned = np.eye(5)[(labels + 2) % 5]
    clustering = Clustering(labels, turned, name_clusters(labels, turned))
    metrics = clustering.metrics()
    assert metrics["clustering_error"] == 0
    assert metrics["normalized_mutual_information"] == pytest.approx(1)
    assert metrics["adjusted_rand_index"] == pytest.approx(1)


def test_random_clusters_agree_with_nothing():
    generator = np.random.default_rng(0)
    labels = generator.integers(0, 10, 5000)
    random = generator.random((5000, 16))
    clustering = Clustering(labels, random, name_clusters(labels, random))
    assert clustering.error == pytest.approx(0.9, abs=0.02)
    assert clustering.normalized_mutual_information < 0.02
    assert clustering.adjusted_rand_index == pytest.approx(adjusted_rand_score(labels, random.argmax(axis=1)))
    assert abs(clustering.adjusted_rand_index) < 0.01


def test_collapse_is_reported():
    all_in_one = np.tile([0.1, 0.9], (10, 1))
    clustering = Clustering(np.arange(10), all_in_one, np.array([0, 3]))
    assert clustering.n_used == 1
    assert clustering.error == pytest.approx(0.9)
    assert clustering.members(0).size == 0


def test_members_come_surest_first():
    clustering = Clustering(TEST_LABELS, TEST, np.array([7, 3, 3]))
    assert clustering.members(0).tolist() == [4, 0, 1]
    assert clustering.members(1).tolist() == [2, 3]


def test_names_by_majority_by_hand():
    # Images 0, 1, 2 and 5 are in cluster 0: 3, 7, 3, 3; images 3 and 4 in cluster 1: 3 and 7, the lower of a tie.
    # Cluster 2 is empty; the surest of it, image 5, is a 3.
    assert name_by_majority(VALID_LABELS, VALID).tolist() == [3, 3, 3]
    assert name_by_majority(np.array([3, 7, 7, 7, 3, 7]), VALID).tolist() == [7, 3, 7]
