"""What scikit-learn makes of the images and labels of our recipes: LabelSpreading of few labels, KMeans of none.

python benchmarks/baselines.py --data_path /usr/share/datasets/fashion-mnist --out results/baselines/fashion.json

Over three seeds, which draw the same validation images and the same labels as a recipe's. Nothing is chosen: both have
scikit-learn's own settings, but that LabelSpreading looks at neighbours, since all pairs of 50,000 images are too many.
"""

from pathlib import Path

import numpy as np
from aae.data import hold_out, keep_labels, load_split
from aae.evaluation.clustering import name_by_majority, name_clusters
from aae.safe_files import write_json
from aae.training.repeats import standard_error
from absl import app, flags
from sklearn.cluster import KMeans
from sklearn.semi_supervised import LabelSpreading

FLAGS = flags.FLAGS
N_VALID, N_CLUSTERS, LABELS = 10_000, 30, (100, 1000)

flags.DEFINE_string("data_path", None, "Folder with IDX files; otherwise as the scripts.")
flags.DEFINE_string("out", None, "JSON file for the errors.")
flags.DEFINE_integer("seeds", 3, "Seeds, from 0 on.", lower_bound=1)


def spread_labels(train, n_labels, test, seed):
    """Error of LabelSpreading on ``test``, both ``Split``s, of ``n_labels`` labels that ``seed`` draws."""
    labels = keep_labels(train.labels, n_labels, seed)
    model = LabelSpreading(kernel="knn").fit(_rows(train), labels)
    return 1 - model.score(_rows(test), test.labels)


def cluster(train, valid, test, n_clusters, seed):
    """Errors of KMeans on ``test`` by the paper's rule and by majority, its clusters named by ``valid``.

    The image that is nearest to a centre stands where the paper has that of the highest probability.
    """
    model = KMeans(n_clusters, random_state=seed).fit(_rows(train))
    nearness, found = -model.transform(_rows(valid)), model.predict(_rows(test))
    names = name_clusters(valid.labels, nearness), name_by_majority(valid.labels, nearness)
    return [float(np.mean(each[found] != test.labels)) for each in names]


def errors(full, test, seed):
    """The error of each way, by name."""
    train, valid = hold_out(full, N_VALID, seed)
    of_labels = {f"LabelSpreading, {n} labels": spread_labels(train, n, test, seed) for n in LABELS}
    by_rule, by_majority = cluster(train, valid, test, N_CLUSTERS, seed)
    return of_labels | {
        f"KMeans, {N_CLUSTERS} clusters, paper's rule": by_rule,
        f"KMeans, {N_CLUSTERS} clusters, majority": by_majority,
    }


def _rows(split):
    return split.images.reshape(len(split), -1).astype(np.float32) / 255


def main(argv):
    """Prints the errors, and writes those of every seed."""
    del argv
    full, test = (load_split(name, FLAGS.data_path) for name in ("train", "test"))
    each = [errors(full, test, seed) for seed in range(FLAGS.seeds)]
    table = {name: [seed[name] for seed in each] for name in each[0]}
    for name, values in table.items():
        error = standard_error([100 * value for value in values])
        print(f"{name}: {100 * np.mean(values):.2f} %" + ("" if error is None else f" ± {error:.2f}"))
    if FLAGS.out:
        Path(FLAGS.out).parent.mkdir(parents=True, exist_ok=True)
        write_json(table, Path(FLAGS.out))


if __name__ == "__main__":
    app.run(main)
