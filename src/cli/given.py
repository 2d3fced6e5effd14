"""Which flags were given, which are not used, and which a resumed run takes from its record."""

from ..errors import InputError
from ..training.records import read_record
from .flag_group import ACTION, GROUPS

# What says where a run is and which flags to begin with; it is not part of what the run is, nor of its record's flags
# that a resumed run takes over.
OF_THE_COMMAND = "save_path", "load", "resume", "recipe"
# Flags that may differ in a resumed run.
FREE_TO_CHANGE = (
    *OF_THE_COMMAND,
    *("maxepoch", "plot_every", "parzen_samples", "save_every", "save_minutes", "keep", "data_path", "strategy"),
)


def given(values, names):
    """The flags among ``names`` that the command line or a recipe sets, with their values."""
    return {name: values[name].value for name in names if values[name].present}


def recorded_flags(values):
    """Every flag of the script with its value, for a run's record."""
    by_group = values.flags_by_module_dict()
    flags = (flag for group in GROUPS for flag in by_group.get(group, []))
    return {flag.name: flag.value for flag in flags if flag.name != "recipe"}


def default_flags(values):
    """What every flag that a run records has by default."""
    return {name: values[name].default for name in recorded_flags(values)}


def reject_unused(values, names, where):
    """Refuses the flags among ``names`` that were given though nothing uses them."""
    for name in given(values, names):
        raise InputError(f"--{name} is used only {where}; leave it out")


def reject_unused_schedule(values):
    """Refuses the settings of the schedule that is not used."""
    if values.lr_schedule == "steps":
        reject_unused(values, ["decay_start"], "under --lr_schedule linear and cosine")
    else:
        reject_unused(values, ["lr_drops"], "under --lr_schedule steps")


def reject_unused_widths(values, has_game):
    """Refuses the widths of networks that the model does not have."""
    if values.network == "mlp":
        reject_unused(values, ["nfilters"], "under --network conv")
    elif not has_game:
        reject_unused(values, ["nhidden"], "for discriminators under --network conv, and this model has none")


def reject_unused_moments(values):
    """Refuses the settings of optimisers that are not used."""
    games = {values[name].value for name in ("optimizer", "ydis_optimizer") if name in values}
    if "adam" not in games:
        reject_unused(values, ["beta1"], "under --optimizer adam")
    if values.optimizer != "sgd":
        reject_unused(values, ["momentum"], "under --optimizer sgd")
    if "sgd" not in games and "reg_momentum" in values:
        reject_unused(values, ["reg_momentum"], "under --optimizer sgd")


def differing_flags(recorded, flag_values):
    """Names of the flags that shape what is learned and differ between two mappings from names to values."""
    free = set(FREE_TO_CHANGE)
    starts = recorded.get("class_shares") == "estimated" or recorded.get("paired_from")
    starts = starts or recorded.get("late_noise_std") is not None
    if starts or recorded.get("lr_schedule", "steps") != "steps":
        # Where something happens after a share of the run, its length matters from the first step on.
        free.remove("maxepoch")
    return [
        name
        for name, value in recorded.items()
        if name not in free and name in flag_values and flag_values[name] != value
    ]


def adopt_recorded_flags(values):
    """With --resume, gives every flag that was not given the value it has in the run's record."""
    if "resume" not in values or not values.resume:
        return
    if values.save_path is None:
        raise InputError("--resume without a run to resume: give its --save_path")
    recorded = read_record(values.save_path).get("flags", {})
    # A run that is older than a flag had its default; what it does is in every record.
    actions = {flag.name for flag in values.flags_by_module_dict()[ACTION]}
    younger = {name: value for name, value in default_flags(values).items() if name not in actions}
    had = younger | recorded if recorded else {}
    for name in differing_flags(had, given(values, [name for name in had if name in values])):
        raise InputError(
            f"--{name} {values[name].value}: the run in {values.save_path} has {had[name]}; "
            "leave it out to resume that run, or give another --save_path"
        )
    for name, value in recorded.items():
        if name in values and not values[name].present and name not in OF_THE_COMMAND:
            values[name].value = _recorded(values, name, value)


def _recorded(values, name, value):
    """A recorded value of a flag, which somebody may have written by hand."""
    flag = values[name]
    if value is None and flag.default is None:
        return None
    try:
        return flag.parser.parse(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"the record of the run in {values.save_path}: --{name} {value}: {error}") from None
