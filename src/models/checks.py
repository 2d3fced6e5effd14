"""What a model refuses of its parts, in one line each."""

from ..errors import InputError


def require_built(role, network):
    """Refuses a network whose shapes are not known yet."""
    if not network.built:
        raise InputError(f"{role} is not built: begin it with keras.Input, so that its shapes are known")


def require_width(role, side, shape, expected):
    """Refuses a network whose input or output is not [batch, ``expected``]."""
    if len(shape) != 2 or shape[1] != expected:
        raise InputError(f"the {role}'s {side} has shape {shape}: expected (None, {expected})")


def require_discriminator(role, network, n_inputs):
    """Refuses a discriminator that does not go from [batch, ``n_inputs``] to [batch, 1]."""
    require_built(role, network)
    require_width(role, "input", network.input_shape, n_inputs)
    require_width(role, "output", network.output_shape, 1)


def require_known(what, given, known):
    """Refuses names that ``known`` does not have."""
    unknown = [name for name in given if name not in known]
    if unknown:
        raise InputError(f"{what} {unknown}: expected some of {list(known)}")
