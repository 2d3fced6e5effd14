"""Which networks a training step moves."""

import keras


def compiled(model, phases, rates, **arguments):
    """``model`` with an SGD of its own for each phase, at rest where ``rates`` has none."""
    model.compile({phase: keras.optimizers.SGD(rates.get(phase, 0.0)) for phase in phases}, **arguments)
    return model


def changes(model, networks, batch):
    """By network, whether each of its variables changes in a step."""
    before = {name: [v.numpy() for v in getattr(model, name).trainable_variables] for name in networks}
    model.train_step(batch)
    return {
        name: [(v.numpy() != old).any() for v, old in zip(getattr(model, name).trainable_variables, olds, strict=True)]
        for name, olds in before.items()
    }


def moved(model, networks, batch):
    """The networks of which any variable changes in a step."""
    return {name for name, has_moved in changes(model, networks, batch).items() if any(has_moved)}
