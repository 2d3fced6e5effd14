"""Flags that have a trained model look at samples that it never saw: encode them, walk from one to another."""

from dataclasses import replace

from .flag_group import ACTION, RUN, FlagGroup, check_together
from .run_flags import trained_config

# What is said of flags that need a trained model.
OF_TRAINED_MODELS = "by --generate, --viz, --evaluate, --explore, --encode and --interpolate"
ENDINGS = (".csv", ".npz")


def define_sample_flags(values):
    """The actions ``--encode`` and ``--interpolate``, and what they need."""
    actions = FlagGroup(values, ACTION)
    actions.text(
        "encode",
        None,
        "Write codes, class or cluster with its probability, and outlier score of every picture in this folder and its "
        "folders, of a picture, of the images of an IDX file, or of the rows of a table.",
    )
    actions.texts(
        "interpolate",
        "Draw the way between two samples, a strip and an animation: --interpolate A B, each the path of a picture or "
        "the number of a test image or row, counted from 0.",
    )
    group = FlagGroup(values, RUN)
    group.text("encoded", None, "File that --encode writes, .csv or .npz. Default: codes.csv in the run's folder.")
    group.check(
        "encoded",
        lambda path: path is None or path.endswith(ENDINGS),
        f"expected a file ending in {' or '.join(ENDINGS)}",
    )
    group.number(
        "contamination",
        0.01,
        "Share of the training samples that count as outliers, by which --encode flags others.",
        ((lambda share: 0 < share <= 0.5), "expected a share above 0, at most 0.5"),
    )
    check_together(
        values,
        ["encode", "encoded"],
        lambda given: given["encode"] is not None or given["encoded"] is None,
        "--encoded is the file of --encode; leave it out",
    )


def look_at_samples(values, experiment):
    """Does what these flags ask for, with the model that agrees with ``experiment``; returns whether they ask."""
    asked = trained_config(values, experiment)
    if values.encode is not None:
        from .encode import encode

        # It is said of what is encoded, not of what the model was trained on.
        asked = replace(asked, source={name: value for name, value in asked.source.items() if name != "skip_damaged"})
        encode(asked, values.encode, values.encoded, values.contamination, values.skip_damaged)
        return True
    if values.interpolate:
        from .interpolate import interpolate

        interpolate(asked, values.interpolate)
        return True
    return False
