"""What ``compile`` was given, as earlier versions saved it."""


def current_compile_config(config, model):
    """The saved configuration in today's form.

    Before, it was flat, as "generator_optimizer" and "generator_weight", and held what its model does not use.

    Args:
        config: Dictionary that ``get_compile_config`` gave.
        model: The model it is for.

    Returns:
        A dictionary of arguments of ``compile``.
    """
    if "optimizers" in config:
        return config
    used = [phase.name for phase in model.phases_under(config.get("update"))]
    given = {
        "optimizers": {name: f"{name}_optimizer" for name in used},
        "loss_weights": {name: f"{name}_weight" for name in model.losses_weighted},
    }
    current = {
        argument: {name: config[key] for name, key in keys.items() if key in config} for argument, keys in given.items()
    }
    return current | {name: config[name] for name in ("update", *model.compile_settings) if name in config}
