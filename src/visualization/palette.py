"""The colours and shapes of classes and the colours of the decor, the same in every figure."""

import matplotlib

INK = "#333333"
PRIOR = "#9a9a9a"
COLOURS = tuple(matplotlib.color_sequences["petroff10"])
# By the names that Matplotlib has for its markers.
SHAPES = {
    "circle": "o",
    "square": "s",
    "triangle": "^",
    "cross": "X",
    "diamond": "D",
    "triangle down": "v",
    "plus": "P",
}
# What has no class.
UNLABELLED = "#5a7396"


def class_colours(n_classes):
    """One RGB colour for each class: Petroff's sequence of ten, again and again.

    The ten are told apart with any kind of colour vision, and classes of one colour by their ``class_shapes``.

    Args:
        n_classes: Number of classes.

    Returns:
        List of ``n_classes`` colours.
    """
    return [COLOURS[label % len(COLOURS)] for label in range(n_classes)]


def class_shapes(n_classes):
    """The shape of each class's points: one for every ten classes, so that of 70 no two look alike.

    Args:
        n_classes: Number of classes; above 70 the shapes come again.

    Returns:
        List of ``n_classes`` keys of ``SHAPES``.
    """
    names = list(SHAPES)
    return [names[label // len(COLOURS) % len(names)] for label in range(n_classes)]
