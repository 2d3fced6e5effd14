"""From results of the map of peers to its page: tables, who wins and where ours loses."""

import statistics
import textwrap
from dataclasses import dataclass

from aae.errors import InputError
from aae.safe_files import write_json, write_text
from peers_plot import save_plot
from peers_settings import OURS, SEEDS, TASKS, TIMES

BEGIN, END = "<!-- written by make peers: begin -->", "<!-- written by make peers: end -->"


def publish(lines, folder):
    """Writes peers.json and peers.png, and what peers.md holds between its two marks.

    Args:
        lines: Results, as ``peers_map`` keeps them.
        folder: Folder of the three; peers.md is there already.
    """
    order = {(task.key, each.name): n for n, (task, each) in enumerate((t, c) for t in TASKS for c in t.contestants)}
    # Results of a contestant that has been renamed or taken out since are left out.
    lines = [line for line in lines if (line["task"], line["contestant"]) in order]
    lines = sorted(lines, key=lambda line: (order[line["task"], line["contestant"]], line["seed"]))
    page = (folder / "peers.md").read_text()
    if BEGIN not in page or END not in page:
        raise InputError(f"{folder / 'peers.md'}: expected the lines {BEGIN} and {END}, between which to write")
    write_json(lines, folder / "peers.json")
    save_plot(lines, folder / "peers.png")
    before, after = page.split(BEGIN)[0], page.split(END)[1]
    write_text("\n".join([before + BEGIN, "", *text(lines), "", END + after]), folder / "peers.md")


def text(lines):
    """Lines of Markdown on all results."""
    tasks = [task for task in TASKS if any(line["task"] == task.key for line in lines)]
    tables = [line for task in tasks for line in ["", *_table(task, lines)]]
    return [_wrapped(_machine(lines)), "", "## Where ours loses, and to whom", "", *losses(tasks, lines), *tables]


def values_of(lines, task, contestant, measure):
    """Values of a measure by seed, of those seeds that have one."""
    chosen = [line for line in lines if (line["task"], line["contestant"]) == (task.key, contestant)]
    return {line["seed"]: line["figures"][measure.key] for line in chosen if measure.key in line["figures"]}


@dataclass(frozen=True)
class Verdict:
    """How ours stands in one measure of a task.

    Attributes:
        task: The task.
        measure: The measure.
        means: Mapping from contestants to their means over the seeds that ours has too.
        better: Contestants that are better than ours on every seed that both have, the best first.
        level: Contestants that are better on some seeds.
        worse: Contestants that are better on none.
        n_seeds: Seeds that ours has a value of.
    """

    task: object
    measure: object
    means: dict
    better: list
    level: list
    worse: list
    n_seeds: int


def verdict(task, measure, lines):
    """The ``Verdict`` of a measure; None where ours, or all others, have no value."""
    values = {each.name: values_of(lines, task, each.name, measure) for each in task.contestants}
    ours = values[OURS]
    values = {name: {seed: by_seed[seed] for seed in ours.keys() & by_seed.keys()} for name, by_seed in values.items()}
    means = {name: statistics.mean(by_seed.values()) for name, by_seed in values.items() if by_seed}
    groups = {"better": [], "level": [], "worse": []}
    for name in sorted(means.keys() - {OURS}, key=means.get, reverse=measure.is_higher_better):
        ahead = [(value > ours[seed]) == measure.is_higher_better for seed, value in values[name].items()]
        groups["better" if all(ahead) else "level" if any(ahead) else "worse"].append(name)
    return Verdict(task, measure, means, **groups, n_seeds=len(ours)) if any(groups.values()) else None


def losses(tasks, lines):
    """Where ours is behind, level or best in what is reached, and then in what it costs: paragraphs and bullets."""
    compared = [(task, measure) for task in tasks for measure in task.measures if measure.is_compared]
    verdicts = [each for each in (verdict(*pair, lines) for pair in compared) if each]
    reached = [each for each in verdicts if each.measure not in TIMES]
    cost = [each for each in verdicts if each.measure in TIMES]
    said = [_wrapped("Better, or worse, means on every seed; where seeds disagree two tools are level.")]
    for what, chosen in (("what is reached", reached), ("what it costs", cost)):
        behind = [each for each in chosen if each.better]
        level = [each for each in chosen if not each.better and each.level]
        best = [each for each in chosen if not each.better and not each.level]
        counts = f"behind somebody in {len(behind)} of {len(chosen)} comparisons, level with the best in {len(level)}"
        said += ["", _wrapped(f"In {what} ours is {counts} and best in {len(best)}.")]
        for title, group in (("Behind", behind), ("Level", level), ("Best", best)):
            said += ["", f"**{title}:**", "", *map(_bullet, group)] if group else []
    return said


def _bullet(each):
    def named(names):
        return ", ".join(f"{name} ({each.means[name]:{each.measure.form}})" for name in names)

    groups = {"loses to": each.better, "is level with": each.level, "is better than": each.worse}
    parts = [f"{word} {named(names)}" for word, names in groups.items() if names]
    seeds = "" if each.n_seeds == len(SEEDS) else f", {each.n_seeds} of {len(SEEDS)} seeds"
    head = f"- {each.task.title}, {each.measure.label}{seeds}: ours ({each.means[OURS]:{each.measure.form}}) "
    return _wrapped(head + "; ".join(parts) + ".", "  ")


def _wrapped(text, indent=""):
    return textwrap.fill(text, 120, subsequent_indent=indent, break_on_hyphens=False, break_long_words=False)


def _table(task, lines):
    columns = "".join(f" {measure.label} |" for measure in task.measures)
    rows = [f"## {task.title}", "", f"| | seeds |{columns}", "|---|---|" + "---|" * len(task.measures)]
    for each in task.contestants:
        seeds = {line["seed"] for line in lines if (line["task"], line["contestant"]) == (task.key, each.name)}
        cells = [_cell(values_of(lines, task, each.name, measure), measure) for measure in task.measures]
        cells = cells if seeds else ["not run yet"] * len(cells)
        rows.append(f"| {each.name} | {len(seeds)} | {' | '.join(cells)} |")
    return [*rows, "", *_settings(task, lines)]


def _cell(by_seed, measure):
    if not by_seed:
        return "none"
    spread = f" ± {statistics.stdev(by_seed.values()):{measure.form}}" if len(by_seed) > 1 else ""
    return f"{statistics.mean(by_seed.values()):{measure.form}}{spread}"


def _settings(task, lines):
    versions = {(line["task"], line["contestant"]): line["version"] for line in lines}
    made = [f"`{each.estimator}` of {_library(each, versions.get((task.key, each.name)))}" for each in task.contestants]
    return [_wrapped("Settings: " + "; ".join(made) + ".")]


def _library(contestant, version):
    library = "this package on TensorFlow" if contestant.name == OURS else contestant.library
    return f"{library} {version or 'of a version not known yet'}"


def _machine(lines):
    machines = sorted({line["machine"] for line in lines})
    loads = [line["load"] for line in lines]
    commits = sorted({(line["commit"] or "unknown")[:9] for line in lines})
    n_all = len(SEEDS) * sum(len(task.contestants) for task in TASKS)
    finished = "All" if len(lines) == n_all else f"{len(lines)} of"
    return (
        f"{finished} {n_all} runs have finished; a table's second column says of how many seeds. "
        f"{' and '.join(machines)}, one thread a contestant; this package as commit {', '.join(commits)} left it. "
        f"The load of the machine was {statistics.median(loads):.1f} at the median, {min(loads):.1f} to "
        f"{max(loads):.1f}: other work ran beside wherever it is above the cores, so that wall times are rough, "
        f"CPU seconds less so."
    )
