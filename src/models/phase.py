"""What one gradient step needs: an optimiser and the variables that it moves."""

from . import replicas


class Phase:
    """A gradient step of a model: ``compile`` gives it an optimiser, ``train_step`` minimises a loss with it.

    Args:
        name: Its name, such as "generator", under which ``compile`` finds its optimiser.
        variables: Function that lists the variables it moves.
        in_joint: Whether it makes a step of its own under the joint update too.
    """

    def __init__(self, name, variables, in_joint=True):
        self.name = name
        self.in_joint = in_joint
        self.optimizer = None
        self._variables = variables

    @property
    def variables(self):
        """The variables that it moves."""
        return self._variables()

    def minimize(self, tape, loss):
        """One step down the gradient of ``loss``, a scalar recorded by ``tape``."""
        self.apply(self.gradients(tape, loss))

    def gradients(self, tape, loss):
        """What ``loss`` of this replica's rows adds to the gradients of the global batch's mean."""
        return tape.gradient(loss, self.variables, output_gradients=replicas.gradient_scale())

    def apply(self, gradients):
        """Moves the variables; one whose gradient is None, as for a head that the loss does not see, stays."""
        moved = [pair for pair in zip(gradients, self.variables, strict=True) if pair[0] is not None]
        self.optimizer.apply(*zip(*moved, strict=True))


def minimize_together(tape, losses):
    """One step of several phases, by gradients that are all taken before anything moves: the joint update.

    Args:
        tape: A persistent ``tf.GradientTape`` that recorded the losses.
        losses: List of (``Phase``, loss).
    """
    gradients = [phase.gradients(tape, loss) for phase, loss in losses]
    for (phase, _), gradient in zip(losses, gradients, strict=True):
        phase.apply(gradient)
