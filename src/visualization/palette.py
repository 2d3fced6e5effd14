"""The colours of classes and of the decor, the same in every figure."""

import matplotlib

INK = "#333333"
PRIOR = "#9a9a9a"
# What has no class.
UNLABELLED = "#5a7396"


def class_colours(n_classes):
    """One RGB colour for each class, told apart with any kind of colour vision for up to ten classes.

    Args:
        n_classes: Number of classes.

    Returns:
        List of ``n_classes`` colours: Petroff's sequence of ten, and for more classes a sampled colour map.
    """
    accessible = matplotlib.color_sequences["petroff10"]
    if n_classes <= len(accessible):
        return list(accessible[:n_classes])
    return list(matplotlib.colormaps["turbo"].resampled(n_classes)(range(n_classes))[:, :3])
