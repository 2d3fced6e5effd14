import pickle
import random
import zipfile
from io import BytesIO

import joblib
import keras
import numpy as np
import pandas as pd
import pytest
from aae.errors import InputError
from aae.estimators import AAEClassifier, AAEClustering, AAEEmbedding, AAEOutlierDetector, base
from aae.estimators.early_stopping import HeldOutReconstruction
from aae.models import priors
from aae.training.fit import training_stream
from scipy import stats
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import adjusted_rand_score, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.semi_supervised import LabelSpreading

from tests.conftest import slow

QUICK = {"max_iter": 2, "hidden_layer_sizes": (16, 16), "random_state": 0}
CLASSES = [AAEClassifier, AAEClustering, AAEEmbedding, AAEOutlierDetector]
rng = np.random.default_rng(0)
ROWS = np.r_[rng.normal(0, 1, (30, 4)), rng.normal(6, 1, (30, 4))]
LABELS = np.r_[np.zeros(30, int), np.ones(30, int)]


@pytest.fixture(scope="module")
def classifier():
    """Of texts as classes; some samples have no label."""
    names = np.array(["left", "right"], object)[LABELS]
    names[::3] = -1
    return AAEClassifier(**QUICK).fit(ROWS, names)


@pytest.fixture(scope="module")
def embedding():
    return AAEEmbedding(**QUICK).fit(ROWS)


@pytest.mark.slow
def test_a_classifier_learns_from_few_labels_what_a_graph_of_neighbours_does_not(small_digits, few_labels):
    train, test, _, truth = small_digits
    ours = AAEClassifier(random_state=0).fit(train, few_labels)
    assert ours.score(test, truth) > LabelSpreading(kernel="knn").fit(train, few_labels).score(test, truth)
    # A class and a style give a digit of that class back.
    decoded = ours.decode(np.zeros((10, 5)), np.arange(10))
    assert (KNeighborsClassifier().fit(train, small_digits[2]).predict(decoded) == np.arange(10)).mean() >= 0.9


@pytest.mark.slow
def test_clusters_of_digits_are_digits(small_digits):
    train, test, truth, of_test = small_digits
    clustering = AAEClustering(10, random_state=0)
    assert adjusted_rand_score(truth, clustering.fit_predict(train)) > 0.5
    assert adjusted_rand_score(of_test, clustering.predict(test)) > 0.5


@pytest.mark.slow
def test_an_embedding_fills_the_prior_and_keeps_digits_apart(small_digits):
    train, test, truth, of_test = small_digits
    embedding = AAEEmbedding(random_state=0)
    places = embedding.fit_transform(train)
    assert KNeighborsClassifier().fit(places, truth).score(embedding.transform(test), of_test) > 0.75
    assert all(stats.kstest(column, "norm").statistic < 0.12 for column in places.T)
    errors = np.square(embedding.inverse_transform(embedding.transform(test)) - test).mean()
    assert errors < 0.7 * np.square(test - train.mean(axis=0)).mean()


@pytest.mark.slow
def test_an_outlier_detector_finds_other_digits(small_digits):
    train, test, truth, of_test = small_digits
    detector = AAEOutlierDetector(random_state=0).fit(train[truth == 3])
    assert roc_auc_score(of_test == 3, detector.score_samples(test)) > 0.95
    assert (detector.predict(train[truth == 3]) == -1).mean() == pytest.approx(0.1, abs=0.02)


def test_texts_are_classes_and_minus_one_is_none(classifier):
    assert list(classifier.classes_) == ["left", "right"]
    assert set(classifier.predict(ROWS)) <= {"left", "right"}
    np.testing.assert_allclose(classifier.predict_proba(ROWS).sum(axis=1), 1, rtol=1e-12)


def test_codes_and_classes_decode_to_the_units_of_fit(classifier):
    decoded = classifier.decode(classifier.transform(ROWS[:3]), ["left", "right", "left"])
    assert decoded.shape == (3, 4)
    assert (decoded >= ROWS.min(axis=0) - 1e-6).all()
    assert (decoded <= ROWS.max(axis=0) + 1e-6).all()
    codes = classifier.transform(ROWS[:3])
    scaled = np.asarray(classifier.model_.decode(codes.astype(np.float32), np.array([0, 1, 1])))
    expected = ROWS.min(axis=0) + np.ptp(ROWS, axis=0) * scaled
    np.testing.assert_allclose(classifier.decode(codes, ["left", "right", "right"]), expected, atol=1e-4)


def test_clusters_are_the_most_probable_ones():
    clustering = AAEClustering(3, **QUICK).fit(ROWS)
    probabilities = clustering.predict_proba(ROWS)
    assert (probabilities[np.arange(60), clustering.labels_] == probabilities.max(axis=1)).all()
    np.testing.assert_array_equal(clustering.predict(ROWS), clustering.labels_)


def test_held_out_samples_are_not_trained_on(monkeypatch):
    seen, held_out = [], []

    def stream(model, rows, *others, **settings):
        seen.append(rows)
        return training_stream(model, rows, *others, **settings)

    class Recorded(HeldOutReconstruction):
        def __init__(self, rows):
            held_out.append(rows)
            super().__init__(rows)

    monkeypatch.setattr(base, "training_stream", stream)
    monkeypatch.setattr(base, "HeldOutReconstruction", Recorded)
    AAEEmbedding(validation_fraction=0.25, **QUICK).fit(ROWS)
    (trained,), (others,) = seen, held_out
    scaled = (ROWS - ROWS.min(axis=0)) / np.ptp(ROWS, axis=0)
    assert (len(trained), len(others)) == (45, 15)
    together = np.concatenate([trained, others])
    np.testing.assert_allclose(together[np.argsort(together[:, 0])], scaled[np.argsort(scaled[:, 0])], atol=1e-6)


def test_a_label_that_is_no_class_is_refused(classifier):
    with pytest.raises(InputError, match=r"label 'up': expected one of left, right"):
        classifier.decode(np.zeros((1, 5)), ["up"])


def test_one_class_is_refused():
    with pytest.raises(InputError, match=r"labels of 1 class: expected at least two classes beside -1"):
        AAEClassifier(**QUICK).fit(ROWS, np.where(LABELS == 0, 0, -1))


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ({"max_iter": 0}, r"'max_iter' parameter of AAEEmbedding must be .*\[1, inf\) or None. Got 0 instead"),
        ({"validation_fraction": 1.0}, r"'validation_fraction' .*\[0.0, 1.0\). Got 1.0"),
        ({"learning_rate_init": 0}, r"'learning_rate_init' .*\(0.0, inf\). Got 0"),
        ({"n_components": 0}, r"'n_components' .*\[1, inf\). Got 0"),
        ({"batch_size": 3.5}, r"'batch_size' .*Got 3.5"),
        ({"prior": "cauchy"}, r"'prior' parameter .*'gaussian'.*Got 'cauchy'"),
        ({"prior": 3}, r"'prior' parameter .*Got 3"),
        ({"prior": priors.Gaussian(3)}, r"a prior whose n_codes is 3: expected 2"),
        ({"prior": stats.norm}, r"'prior' parameter .*Got <scipy"),
        ({"hidden_layer_sizes": (16, 0)}, r"hidden_layer_sizes \(16, 0\): expected integers of at least 1"),
        ({"hidden_layer_sizes": ("a",)}, r"hidden_layer_sizes \('a',\): expected integers"),
        ({"hidden_layer_sizes": ()}, r"hidden_layer_sizes \(\): expected integers"),
    ],
)
def test_parameters_out_of_range_are_refused_in_one_line(setting, message):
    with pytest.raises(ValueError, match=message):
        AAEEmbedding(**QUICK | setting).fit(ROWS)


def test_a_prior_of_no_stated_number_of_codes_is_refused():
    class Nameless:
        sample = log_prob = lambda self: None

    with pytest.raises(InputError, match=r"a prior whose n_codes is unknown: expected 2, the number of codes"):
        AAEEmbedding(**QUICK | {"prior": Nameless()}).fit(ROWS)


@pytest.mark.parametrize("estimator", CLASSES)
def test_help_tells_of_every_parameter(estimator):
    for name in estimator().get_params():
        assert f"    {name}: " in estimator.__doc__
    assert "    n_iter_: " in estimator.__doc__
    assert "..." not in estimator.__doc__


def test_training_stops_when_held_out_samples_improve_no_more_and_keeps_the_best_weights(monkeypatch):
    errors, weights = [9.0, 1.0, 8.0, 7.0, 6.0, 5.0, 6.0, 7.0, 3.0, 2.0], []

    class Given(HeldOutReconstruction):
        def on_epoch_end(self, epoch, logs):
            logs[self.name] = errors[epoch]
            weights.append(self.model.encoder.get_weights())

    monkeypatch.setattr(base, "HeldOutReconstruction", Given)
    embedding = AAEEmbedding(**QUICK | {"max_iter": 10, "n_iter_no_change": 2}).fit(ROWS)
    # The first half of the epochs does not count; two without improvement are those after the sixth.
    assert embedding.loss_curve_ == errors[:8]
    for kept, best in zip(embedding.model_.encoder.get_weights(), weights[5], strict=True):
        np.testing.assert_array_equal(kept, best)


@pytest.mark.parametrize("contamination", [0, 0.6, "auto"])
def test_a_contamination_that_is_no_share_is_refused(contamination):
    with pytest.raises(ValueError, match=r"'contamination' parameter .*\(0.0, 0.5\]"):
        AAEOutlierDetector(contamination, **QUICK).fit(ROWS)


def test_a_score_leaves_samples_without_a_label_out(classifier):
    names = np.array(["left", "right"])[LABELS]
    hidden = np.where(np.arange(60) % 2, names, "-1")
    assert classifier.score(ROWS, hidden) == (classifier.predict(ROWS)[1::2] == names[1::2]).mean()
    with pytest.raises(InputError, match=r"no sample with a label"):
        classifier.score(ROWS, np.full(60, "-1"))


@pytest.mark.parametrize("given", [(LABELS[:10],), (LABELS, np.ones(10))])
def test_a_score_takes_as_many_labels_and_weights_as_samples(classifier, given):
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples: \[60, .*10\]"):
        classifier.score(ROWS, *given)


@pytest.mark.parametrize("as_given", [np.asarray, slow(lambda names: names.astype(object)), slow(pd.Series)])
def test_minus_one_is_no_label_among_texts_too(classifier, as_given):
    names = np.where(np.arange(60) % 3, np.array(["left", "right"])[LABELS], "-1")
    again = AAEClassifier(**QUICK).fit(ROWS, as_given(names))
    assert list(again.classes_) == ["left", "right"]
    np.testing.assert_array_equal(again.predict_proba(ROWS), classifier.predict_proba(ROWS))


def test_no_label_at_all_is_refused():
    with pytest.raises(InputError, match=r"no label but -1"):
        AAEClassifier(**QUICK).fit(ROWS, np.full(60, -1))


@pytest.mark.parametrize(
    ("codes", "message"),
    [
        (np.zeros((3, 5)), r"codes of 5 numbers each: expected 2"),
        (np.zeros(2), r"Expected 2D array"),
        (np.full((3, 2), np.nan), r"NaN"),
        (np.zeros((0, 2)), r"0 sample"),
    ],
)
def test_codes_that_are_none_are_refused(embedding, codes, message):
    with pytest.raises(ValueError, match=message):
        embedding.inverse_transform(codes)


def test_as_many_labels_as_codes_are_decoded(classifier):
    with pytest.raises(ValueError, match=r"inconsistent numbers of samples"):
        classifier.decode(np.zeros((2, 5)), ["left"])


@pytest.mark.slow
def test_clusters_that_there_are_not_are_refused():
    clustering = AAEClustering(3, **QUICK).fit(ROWS)
    for wrong in (3, -1, 0.7):
        with pytest.raises(InputError, match=rf"cluster {wrong}: expected 0 to 2"):
            clustering.decode(np.zeros((1, 5)), [wrong])


@pytest.mark.slow
@pytest.mark.parametrize("prior", ["gaussian", "gmm", "swiss_roll", "uniform"])
def test_every_prior_serves_an_outlier_detector(prior):
    detector = AAEOutlierDetector(prior=prior, n_codes=2, **QUICK).fit(ROWS)
    assert np.isfinite(detector.score_samples(ROWS)).all()


@pytest.mark.slow
def test_fits_in_several_threads_are_those_of_their_seeds(embedding):
    fits = joblib.Parallel(3, backend="threading")(joblib.delayed(AAEEmbedding(**QUICK).fit)(ROWS) for _ in range(3))
    for fitted in fits:
        np.testing.assert_array_equal(fitted.transform(ROWS), embedding.transform(ROWS))


def test_one_seed_gives_one_model_and_no_generator_of_the_caller_moves(embedding):
    random.seed(3)
    np.random.seed(3)
    state = random.getstate(), np.random.get_state()[1].tolist()
    again = AAEEmbedding(**QUICK).fit(ROWS)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == state
    np.testing.assert_array_equal(again.transform(ROWS), embedding.transform(ROWS))
    other = AAEEmbedding(**QUICK | {"random_state": 1}).fit(ROWS)
    assert not np.allclose(other.transform(ROWS), embedding.transform(ROWS))


def test_a_pickle_holds_a_keras_file_and_gives_the_same_results(embedding, tmp_path):
    joblib.dump(embedding, tmp_path / "embedding.joblib")
    loaded = joblib.load(tmp_path / "embedding.joblib")
    np.testing.assert_array_equal(loaded.transform(ROWS), embedding.transform(ROWS))
    state = embedding.trained_model_.__getstate__()
    assert "config.json" in zipfile.ZipFile(BytesIO(state["keras_file"])).namelist()
    assert clone(loaded).get_params() == embedding.get_params()


def test_code_in_the_keras_file_of_a_pickle_is_not_run(embedding, tmp_path):
    network = keras.Sequential([keras.Input([2]), keras.layers.Lambda(lambda x: x)])
    network.save(tmp_path / "code.keras")
    loaded = pickle.loads(pickle.dumps(embedding))
    state = loaded.trained_model_.__getstate__() | {"keras_file": (tmp_path / "code.keras").read_bytes()}
    with pytest.raises(ValueError, match=r"safe_mode|lambda|Lambda"):
        loaded.trained_model_.__setstate__(state)


@pytest.mark.slow
def test_images_are_taken_and_given_as_images():
    images = np.random.default_rng(1).integers(0, 256, (40, 6, 5, 3), np.uint8)
    embedding = AAEEmbedding(prior=priors.PetalMixture(2), **QUICK).fit(images)
    decoded = embedding.inverse_transform(embedding.transform(images[:4]))
    assert decoded.shape == (4, 6, 5, 3)
    assert decoded.min() >= 0
    assert decoded.max() <= 255
    for others, shape in (
        (images[:, :, :4], r"\(6, 4, 3\)"),
        (images.reshape(40, -1), r"\(90,\)"),
        (images[0], r"\(5, 3\)"),
    ):
        with pytest.raises(InputError, match=rf"samples of shape {shape}: expected \(6, 5, 3\)"):
            embedding.transform(others)


@pytest.mark.slow
def test_outliers_have_the_lowest_scores_wherever_they_lie():
    detector = AAEOutlierDetector(**QUICK | {"max_iter": 20}).fit(ROWS[:30])
    far = np.full((1, 4), 1e30)
    assert detector.score_samples(far)[0] < detector.score_samples(ROWS[:30]).min()
    assert detector.predict(far)[0] == -1


def test_the_score_is_the_sum_of_both_signs_each_standardised_in_training():
    detector = AAEOutlierDetector(n_codes=2, **QUICK).fit(ROWS)
    codes = detector.trained_model_.codes(ROWS)
    density = stats.norm.logpdf(codes).sum(axis=1)
    scaled = (ROWS - ROWS.min(axis=0)) / np.ptp(ROWS, axis=0)
    copies = np.asarray(detector.model_.reconstruct(scaled.astype(np.float32)))
    errors = np.square(scaled - copies).mean(axis=1)
    expected = -sum((sign - sign.mean()) / sign.std() for sign in (errors, -density))
    np.testing.assert_allclose(detector.score_samples(ROWS), expected, rtol=1e-3, atol=1e-3)
    # A tenth of the training samples, those of the lowest scores.
    outliers = detector.predict(ROWS) == -1
    assert outliers.sum() == 6
    assert expected[outliers].max() < expected[~outliers].min()


@pytest.mark.slow
def test_one_cluster_holds_all():
    assert set(AAEClustering(1, **QUICK).fit_predict(ROWS)) == {0}


@pytest.mark.slow
def test_an_estimator_works_in_a_pipeline_and_a_search():
    pipeline = make_pipeline(AAEEmbedding(**QUICK), LogisticRegression())
    search = GridSearchCV(pipeline, {"aaeembedding__n_components": [1, 2]}, cv=2).fit(ROWS, LABELS)
    assert search.best_params_["aaeembedding__n_components"] in (1, 2)


@pytest.mark.parametrize("estimator", CLASSES)
def test_what_is_not_fitted_says_so(estimator):
    with pytest.raises(NotFittedError):
        estimator().model_  # noqa: B018


@pytest.mark.parametrize("samples", [np.full((30, 4), np.nan), np.array([["a", "b"]] * 30), np.zeros(30)])
def test_what_scikit_learn_refuses_is_refused(samples):
    with pytest.raises(ValueError, match=r"NaN|numeric|could not convert|2D array"):
        AAEEmbedding(**QUICK).fit(samples)


@pytest.mark.slow
def test_constant_features_are_no_obstacle():
    assert np.isfinite(AAEEmbedding(**QUICK).fit_transform(np.c_[ROWS, np.ones(60)])).all()
