"""Tables of the flags of the scripts, in Markdown, from the flags themselves."""

import re

from script_flags import flags_of

MAIN = "aae_mnist"
OTHERS = {
    "vae_mnist": "vae_mnist.py",
    "compare_codes": "compare_codes.py",
    "repeat": "repeat.py",
    "reproduce": "reproduce.py",
    "show": "show.py",
    "pack": "pack.py",
    "make_shapes": "make_shapes.py",
}


def all_tables():
    """The tables of ``aae_mnist.py``, one a group, then what the other scripts have of their own; Markdown."""
    flags = flags_of(MAIN)
    known = {flag["name"]: flag for flag in flags}
    sections = [f"## {group[0].upper()}{group[1:]}\n\n{table(of_group(flags, group))}" for group in groups(flags)]
    sections.append("## The other scripts")
    for script, name in OTHERS.items():
        theirs = flags_of(script)
        own = [flag for flag in theirs if not same(flag, known.get(flag["name"]))]
        shared = sorted(f"`--{flag['name']}`" for flag in theirs if same(flag, known.get(flag["name"])))
        parts = [f"### `{name}`"]
        parts += [table(own)] if own else []
        parts += ["As above: " + ", ".join(shared) + "."] if shared else []
        sections.append("\n\n".join(parts))
    return "\n\n".join(sections) + "\n"


def groups(flags):
    """Names of the groups of ``flags``, in order."""
    return list(dict.fromkeys(flag["group"] for flag in flags))


def of_group(flags, group):
    """Those of ``flags`` in ``group``: actions as defined, others by name."""
    chosen = [flag for flag in flags if flag["group"] == group]
    return chosen if group.startswith("action") else sorted(chosen, key=lambda flag: flag["name"])


def same(flag, other):
    """Whether ``flag`` says the same as ``other``, which may be None."""
    return other is not None and all(flag[key] == other[key] for key in ("default", "values", "help"))


def table(flags):
    """One row a flag: name, default, and what it does, with the values of a choice."""
    rows = [f"| `--{flag['name']}` | {default(flag)} | {meaning(flag)} |" for flag in flags]
    return "\n".join(["| flag | default | what it does |", "|---|---|---|", *rows])


def default(flag):
    """The default as a cell: "off" and "on" for switches, empty for none."""
    return {None: "", True: "on", False: "off"}.get(flag["default"], f"`{flag['default']}`")


def meaning(flag):
    """The help as a cell, its flags as code."""
    text = " ".join(flag["help"].split())
    # absl puts the values of a choice before its help.
    text = re.sub(r"^<[^>]*>: ", "", text)
    text = re.sub(r"(?<!\w)--\w+", r"`\g<0>`", text)
    parts = re.split(r"(`[^`]*`)", text)
    text = "".join(part if part.startswith("`") else escaped(part) for part in parts)
    values = ", ".join(f"`{value}`" for value in flag["values"])
    return f"{text} One of {values}." if values else text


def escaped(text):
    """``text`` without anything that Markdown would read as markup."""
    return re.sub(r"[\\|<>*_\[\]]", r"\\\g<0>", text)
