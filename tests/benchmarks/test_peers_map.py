"""The map of peers: means and losses of made-up numbers, worked out by hand; tasks on images easy to tell apart."""

import importlib
import json
import sys
from pathlib import Path

import numpy as np
import pytest
from aae.data.splits import Split
from aae.errors import InputError
from matplotlib.image import imread

FOLDER = Path(__file__).parents[2] / "benchmarks"
# Notes that it was called; answers like a contestant, or fails where the task is "fails".
CONTESTANT = """
import json, sys
log, task, name, seed, data = sys.argv[0] + ".log", *sys.argv[1:]
print(task, name, seed, data, file=open(log, "a"))
sys.exit("out of memory") if name == "fails" else print("a notice")
print(json.dumps({"task": task, "contestant": name, "seed": int(seed), "figures": {"accuracy": 0.5}}))
"""


@pytest.fixture
def module(monkeypatch):
    """A function that imports a module of the benchmarks."""
    monkeypatch.syspath_prepend(str(FOLDER))
    return importlib.import_module


@pytest.fixture
def report(module):
    """``peers_report``."""
    return module("peers_report")


@pytest.fixture
def few_labels(module):
    """The task of 100 labels."""
    return module("peers_settings").task_of("few_labels")


def made_up(name, by_seed, task="few_labels", key="accuracy", **more):
    """Results of a contestant: a value of each seed."""
    line = {"task": task, "contestant": name, "version": "1.2", "load": 3.0, "commit": "c" * 40, "machine": "2 cores"}
    return [line | {"seed": seed, "figures": {key: value} | more} for seed, value in enumerate(by_seed)]


def test_a_cell_is_mean_and_spread_of_the_seeds_there_are(report):
    lines = made_up("ours", [0.9, 0.95, 0.97]) + made_up("MLP", [0.7])
    # Deviations -0.04, 0.01, 0.03 from 0.94: squares add up to 0.0026, half of it is 0.0013.
    text = report.text(lines)
    assert any(line.startswith("| ours | 3 | 0.940 ± 0.036 | none |") for line in text)
    assert any(line.startswith("| MLP | 1 | 0.700 | none |") for line in text)
    assert any(line.startswith("| LabelSpreading | 0 | not run yet |") for line in text)


def test_better_on_every_seed_is_a_loss_and_better_on_some_is_level(report, few_labels):
    lines = made_up("ours", [0.90, 0.92, 0.94]) + made_up("LabelSpreading kNN", [0.91, 0.93, 0.95])
    lines += made_up("LabelSpreading", [0.80, 0.93, 0.94]) + made_up("MLP", [0.90, 0.91, 0.90])
    lines += made_up("SelfTraining of the MLP", [0.95, 0.96, 0.97])
    verdict = report.verdict(few_labels, few_labels.measures[0], lines)
    assert verdict.better == ["SelfTraining of the MLP", "LabelSpreading kNN"]
    assert verdict.level == ["LabelSpreading"]
    assert verdict.worse == ["MLP"]


def test_the_page_says_where_ours_loses_and_to_whom(report, few_labels):
    lines = made_up("ours", [0.9, 0.9], fit_cpu_seconds=60.0)
    lines += made_up("LabelSpreading kNN", [0.95, 0.97], fit_cpu_seconds=2.0)
    lines += made_up("MLP", [0.7, 0.8], fit_cpu_seconds=70.0)
    said = " ".join("\n".join(report.losses([few_labels], lines)).split())
    assert "In what is reached ours is behind somebody in 1 of 1 comparisons, level with the best in 0 and " in said
    assert (
        "- 100 labels, accuracy, 2 of 3 seeds: ours (0.900) loses to LabelSpreading kNN (0.960); "
        "is better than MLP (0.750)." in said
    )
    # Of seconds fewer are better.
    assert "In what it costs ours is behind somebody in 1 of 1 comparisons, " in said
    assert (
        "- 100 labels, fit, CPU s, 2 of 3 seeds: ours (60.0) loses to LabelSpreading kNN (2.0); "
        "is better than MLP (70.0)." in said
    )


def test_where_ours_is_best_no_loss_is_told(report, few_labels):
    lines = made_up("ours", [0.96, 0.97, 0.95]) + made_up("MLP", [0.7, 0.8, 0.75])
    said = "\n".join(report.losses([few_labels], lines))
    assert "Behind" not in said
    assert "loses" not in said
    assert "**Best:**\n\n- 100 labels, accuracy: ours (0.960) is better than MLP (0.750)." in said


def test_only_seeds_that_both_have_are_compared(report, few_labels):
    lines = made_up("ours", [0.9]) + made_up("MLP", [0.8, 0.99])
    verdict = report.verdict(few_labels, few_labels.measures[0], lines)
    assert verdict.worse == ["MLP"]
    assert verdict.means == {"ours": 0.9, "MLP": 0.8}


def test_the_page_is_written_between_its_marks_and_nowhere_else(report, tmp_path):
    page = tmp_path / "peers.md"
    page.write_text(f"# Title\n\n{report.BEGIN}\nearlier numbers\n{report.END}\n\nafter\n")
    lines = made_up("ours", [0.9, 0.92]) + made_up("MLP", [0.7])
    lines = [line | {"figures": line["figures"] | {"fit_cpu_seconds": 3.0}} for line in lines]
    report.publish(lines[::-1] + made_up("a contestant of an earlier table", [0.99]), tmp_path)
    once = page.read_text()
    report.publish(lines, tmp_path)
    assert page.read_text() == once
    assert once.startswith(f"# Title\n\n{report.BEGIN}\n")
    assert once.endswith(f"{report.END}\n\nafter\n")
    assert "earlier numbers" not in once
    assert [line["seed"] for line in json.loads((tmp_path / "peers.json").read_text())] == [0, 0, 1]
    assert imread(tmp_path / "peers.png").std() > 0


def test_a_page_without_marks_is_refused(report, tmp_path):
    (tmp_path / "peers.md").write_text("# Title\n")
    with pytest.raises(InputError, match=r"peers\.md: expected the lines <!-- written by make peers: begin -->"):
        report.publish(made_up("ours", [0.9]), tmp_path)


def test_settings_are_written_as_they_are_called(module):
    settings = module("peers_settings")
    mixture = settings.contestant_of(settings.task_of("clusters:30"), "Gaussian mixture").estimator
    assert str(mixture) == "make_pipeline(PCA(n_components=50), GaussianMixture(n_components=30))"
    made = mixture.made(seed=5)
    assert [step.get_params()["n_components"] for _, step in made.steps] == [50, 30]
    assert {step.random_state for _, step in made.steps} == {5}


@pytest.fixture
def tiny():
    """Images of ten digits that anybody tells apart: each has its own three rows of pixels; ten of each labelled."""
    generator = np.random.default_rng(0)
    data = {}
    for name, n in (("train", 300), ("test", 100)):
        labels = np.arange(n) % 10
        images = generator.integers(0, 60, (n, 28, 28, 1), np.uint8)
        for image, label in zip(images, labels, strict=True):
            image[2 * label : 2 * label + 3] += 180
        data |= {name: images, f"{name}_labels": labels}
    few = np.where(np.arange(300) < 100, data["train_labels"], -1)
    return data | {"few": few, "normal": np.array([4, 7])}


@pytest.mark.parametrize(
    ("task", "name", "key"),
    [
        ("few_labels", "MLP", "accuracy"),
        ("few_labels", "LabelSpreading kNN", "accuracy"),
        ("clusters:30", "KMeans", "majority_accuracy"),
        ("clusters:30", "KMeans", "paper_accuracy"),
        ("clusters:10", "Gaussian mixture", "nmi"),
        ("outliers", "OneClassSVM", "auroc"),
    ],
)
def test_what_is_easy_is_solved(module, tiny, task, name, key):
    settings = module("peers_settings")
    task = settings.task_of(task)
    figures = module("peers_contestant").compete(task, settings.contestant_of(task, name), 0, tiny)
    assert figures[key] > 0.98
    assert figures["fit_cpu_seconds"] > 0
    assert task.measures[0].key in figures


def test_the_surest_image_or_the_majority_names_a_cluster(module):
    class Clustering:
        def fit(self, samples):
            return self

        def predict_proba(self, samples):
            return np.hstack([samples, 1 - samples])

    # One cluster of three images, of which the surest is the only 2.
    data = {"train": np.array([[0.9], [0.8], [0.7]]), "train_labels": np.array([2, 1, 1])}
    data |= {"test": np.array([[0.6], [0.9], [0.9], [0.8]]), "test_labels": np.array([1, 1, 1, 2])}
    tasks = module("peers_tasks")
    figures = tasks.clusters(Clustering, data, tasks.Clock())
    assert figures["paper_accuracy"] == 0.25
    assert figures["majority_accuracy"] == 0.75


def test_a_method_without_transform_has_no_new_neighbours_and_no_time_for_them(module, tiny):
    tasks = module("peers_tasks")

    class Plane:
        def fit_transform(self, samples):
            return np.arange(len(samples))[:, None] % 10 + samples[:, :1] / 1e3

    rows = {split: tiny[split].reshape(-1, 784) / 255 for split in ("train", "test")}
    clock = tasks.Clock()
    figures = tasks.plane(Plane, tiny | rows, clock)
    assert figures["fitted_neighbours"] == 1
    assert "new_neighbours" not in figures
    assert not any(key.startswith("new") for key in clock.seconds)


def test_high_scores_are_outliers_where_the_detector_is_no_scikit_learns(module, tiny):
    """As PyOD's are: here the darkness of the rows of digit 4 or 7."""
    tasks = module("peers_tasks")

    class Detector:
        def fit(self, samples):
            self.mean = samples.mean(axis=0)

        def decision_function(self, samples):
            return np.square(samples - self.mean).sum(axis=(1, 2, 3))

    scaled = {split: tiny[split] / 255 for split in ("train", "test")}
    assert tasks.outliers(Detector, tiny | scaled, tasks.Clock())["auroc_of_digits"] == {4: 1.0, 7: 1.0}


def test_a_seed_draws_images_and_balanced_labels_and_every_digit_is_normal_once(module, few_digits):
    runs, settings = module("peers_runs"), module("peers_settings")
    more = Split("train", np.tile(few_digits.images, (4, 1, 1, 1)), np.tile(few_digits.labels, 4), "digits")
    drawn = [runs.draw(more, few_digits, seed) for seed in settings.SEEDS]
    again = runs.draw(more, few_digits, 0)
    assert all(np.array_equal(again[key], drawn[0][key]) for key in again)
    assert not np.array_equal(drawn[0]["train"], drawn[1]["train"])
    for each in drawn:
        assert (np.bincount(each["few"][each["few"] >= 0]) == 10).all()
        kept = each["few"] >= 0
        assert (each["few"] == each["train_labels"])[kept].all()
    assert sorted(np.concatenate([each["normal"] for each in drawn])) == list(range(10))


@pytest.fixture
def script(tmp_path):
    """A contestant's script."""
    path = tmp_path / "contestant.py"
    path.write_text(CONTESTANT)
    return path


def test_what_has_finished_is_not_run_again(module, few_labels, script, tmp_path):
    runs = module("peers_runs")
    contestant = few_labels.contestants[0]
    for _ in range(2):
        results = runs.Results(tmp_path / "results.jsonl")
        for seed in (0, 1):
            runs.run((few_labels, contestant, seed), results, sys.executable, "none", tmp_path, script)
    calls = Path(f"{script}.log").read_text().splitlines()
    assert calls == [f"few_labels {contestant.name} {seed} {tmp_path}/data-{seed}.npz" for seed in (0, 1)]
    assert [line["seed"] for line in runs.Results(tmp_path / "results.jsonl").lines] == [0, 1]


def test_what_was_published_is_finished_until_there_is_a_file_of_results(module, tmp_path):
    runs = module("peers_runs")
    published, path = tmp_path / "peers.json", tmp_path / "results.jsonl"
    published.write_text(json.dumps(made_up("ours", [0.9])))
    results = runs.Results(path, published)
    assert ("few_labels", "ours", 0) in results
    results.add(made_up("ours", [0.8, 0.7])[1])
    published.write_text("[]")
    assert [line["figures"]["accuracy"] for line in runs.Results(path, published).lines] == [0.9, 0.7]


def test_what_failed_says_why_and_is_tried_again(module, few_labels, script, tmp_path, capsys):
    runs, settings = module("peers_runs"), module("peers_settings")
    job = few_labels, settings.Contestant("fails", None, is_peer=True), 0
    results = runs.Results(tmp_path / "results.jsonl")
    for _ in range(2):
        runs.run(job, results, "none", sys.executable, tmp_path, script)
    assert capsys.readouterr().out == "('few_labels', 'fails', 0) failed: out of memory\n" * 2
    assert not results.lines
    assert len(Path(f"{script}.log").read_text().splitlines()) == 2
