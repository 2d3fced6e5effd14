"""What is compared in the map of peers: sizes, tasks, contestants and their settings, chosen before any of it ran.

Every contestant has its library's defaults, but for what a task asks of it (how many clusters, a kernel of nearest
neighbours) and what a method needs to be one (a classifier to train itself, components before a mixture).

Kept to the standard library, so that environments without this package read it too.
"""

import importlib
import inspect
from dataclasses import dataclass, field

SEEDS = (0, 1, 2)
N_TRAIN = 10_000
N_TEST = 10_000
N_LABELS = 100
N_NEIGHBORS = 10
# Trustworthiness compares all pairs: of 10,000 images it would take 3 GB.
N_TRUSTWORTHINESS = 5_000
OURS = "ours"


@dataclass(frozen=True)
class Call:
    """A class or function by its path, and what it is called with; ``random_state`` is the seed where it is taken.

    Attributes:
        path: Module and name.
        positional: Arguments without a name; calls among them are made first.
        named: Arguments by name.
    """

    path: str
    positional: tuple = ()
    named: dict = field(default_factory=dict)

    def made(self, seed):
        """What the call gives."""
        module, name = self.path.rsplit(".", 1)
        function = getattr(importlib.import_module(module), name)
        named = dict(self.named)
        if "random_state" in inspect.signature(function).parameters:
            named["random_state"] = seed
        return function(*(each.made(seed) for each in self.positional), **named)

    def __str__(self):
        """As it is written in Python."""
        arguments = [*map(str, self.positional), *(f"{name}={value!r}" for name, value in self.named.items())]
        return f"{self.path.rsplit('.', 1)[1]}({', '.join(arguments)})"


def call(path, *positional, **named):
    """A ``Call``."""
    return Call(path, positional, named)


@dataclass(frozen=True)
class Contestant:
    """A method in a task.

    Attributes:
        name: What table and plot call it.
        estimator: The ``Call`` that makes it.
        library: Distribution that it comes from.
        is_peer: Whether it is installed in the environment of the peers and not beside this package.
        takes_images: Whether it is given images [n, 28, 28, 1] rather than rows [n, 784].
    """

    name: str
    estimator: Call
    library: str = "scikit-learn"
    is_peer: bool = False
    takes_images: bool = False


@dataclass(frozen=True)
class Measure:
    """A number that is compared.

    Attributes:
        key: Its name among the results.
        label: Its name on the page.
        is_higher_better: Whether more is better.
        form: How it is written.
        is_compared: Whether it says who wins; wall times, which other work on the machine moves, do not.
    """

    key: str
    label: str
    is_higher_better: bool = True
    form: str = ".3f"
    is_compared: bool = True


@dataclass(frozen=True)
class Task:
    """A task.

    Attributes:
        key: Its name among the results; what comes after ":" is a number of clusters.
        title: Its name on the page.
        measures: ``Measure``s; the first is the one drawn.
        contestants: ``Contestant``s, ours last.
    """

    key: str
    title: str
    measures: tuple
    contestants: tuple


FIT_CPU = Measure("fit_cpu_seconds", "fit, CPU s", False, ".1f")
NEW_CPU = Measure("new_cpu_seconds", "10,000 new, CPU s", False, ".2f")
TIMES = (
    FIT_CPU,
    Measure("fit_seconds", "fit, wall s", False, ".1f", is_compared=False),
    NEW_CPU,
    Measure("new_seconds", "10,000 new, wall s", False, ".2f", is_compared=False),
)
MLP = call("sklearn.neural_network.MLPClassifier")


def _ours(name, **settings):
    return Contestant(OURS, call(f"aae.estimators.{name}", **settings), "this package", takes_images=True)


def _clusters(n_clusters):
    mixture = call("sklearn.mixture.GaussianMixture", n_components=n_clusters)
    pca = call("sklearn.decomposition.PCA", n_components=50)
    return Task(
        f"clusters:{n_clusters}",
        f"{n_clusters} clusters",
        (
            Measure("majority_accuracy", "accuracy, majority"),
            Measure("paper_accuracy", "accuracy, paper's rule"),
            Measure("nmi", "NMI"),
            Measure("ari", "ARI"),
            *TIMES,
        ),
        (
            Contestant("KMeans", call("sklearn.cluster.KMeans", n_clusters=n_clusters)),
            Contestant("Gaussian mixture", call("sklearn.pipeline.make_pipeline", pca, mixture)),
            _ours("AAEClustering", n_clusters=n_clusters),
        ),
    )


TASKS = (
    Task(
        "few_labels",
        "100 labels",
        (Measure("accuracy", "accuracy"), *TIMES),
        (
            Contestant("MLP", MLP),
            Contestant("SelfTraining of the MLP", call("sklearn.semi_supervised.SelfTrainingClassifier", MLP)),
            Contestant("LabelSpreading", call("sklearn.semi_supervised.LabelSpreading")),
            Contestant("LabelSpreading kNN", call("sklearn.semi_supervised.LabelSpreading", kernel="knn")),
            _ours("AAEClassifier"),
        ),
    ),
    _clusters(10),
    _clusters(30),
    Task(
        "plane",
        "2-D embedding",
        (
            Measure("fitted_neighbours", "10-NN, fitted images"),
            Measure("new_neighbours", "10-NN, new images"),
            Measure("trustworthiness", "trustworthiness"),
            *TIMES,
        ),
        (
            Contestant("PCA", call("sklearn.decomposition.PCA", n_components=2)),
            Contestant("t-SNE", call("sklearn.manifold.TSNE")),
            Contestant("UMAP", call("umap.UMAP"), "umap-learn", is_peer=True),
            _ours("AAEEmbedding"),
        ),
    ),
    Task(
        "outliers",
        "outliers",
        (Measure("auroc", "AUROC"), *TIMES),
        (
            Contestant("IsolationForest", call("sklearn.ensemble.IsolationForest")),
            Contestant("OneClassSVM", call("sklearn.svm.OneClassSVM")),
            Contestant(
                "PyOD AutoEncoder", call("pyod.models.auto_encoder.AutoEncoder", verbose=0), "pyod", is_peer=True
            ),
            _ours("AAEOutlierDetector"),
        ),
    ),
)


def task_of(key):
    """The task of a key."""
    return next(task for task in TASKS if task.key == key)


def contestant_of(task, name):
    """The contestant of a task by its name."""
    return next(contestant for contestant in task.contestants if contestant.name == name)
