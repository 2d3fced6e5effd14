"""scikit-learn's own checks of an estimator, every one."""

import pytest
from aae.estimators import AAEClassifier, AAEClustering, AAEEmbedding, AAEOutlierDetector
from sklearn.utils.estimator_checks import parametrize_with_checks

# Checks that cannot apply, with the reason.
CANNOT_APPLY = {
    AAEClassifier: {"check_classifiers_classes": "its classes are -1 and 1; here -1 is no label, as in LabelSpreading"}
}
ESTIMATORS = [AAEClassifier(), AAEClustering(n_clusters=3), AAEEmbedding(max_iter=5), AAEOutlierDetector(max_iter=5)]


@pytest.mark.slow
@parametrize_with_checks(ESTIMATORS, expected_failed_checks=lambda estimator: CANNOT_APPLY.get(type(estimator), {}))
def test_scikit_learns_check(estimator, check, monkeypatch):
    # Without it scikit-learn skips the checks of its array API.
    monkeypatch.setenv("SCIPY_ARRAY_API", "1")
    check(estimator)
