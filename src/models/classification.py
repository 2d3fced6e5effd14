"""The classification phase: the encoder's head for classes learns from images that have a label (paper, section 4)."""

import keras
import tensorflow as tf

from . import keras_internals, replicas
from .losses import LossTracker
from .phase import Phase


class Classification:
    """The phase that lowers the cross-entropy of labelled images, in every ``classify_every``-th step of a model.

    Args:
        model: The model, whose encoder has a head for ``n_classes`` classes.
    """

    def __init__(self, model):
        self.model = model
        self.phase = Phase("classification", lambda: model.encoder.trainable_variables, in_joint=False)
        self.tracker = LossTracker("classification_loss")
        self.accuracy = keras.metrics.SparseCategoricalAccuracy("accuracy")
        self._traced_as_due = True

    @property
    def metrics(self):
        """Running means over the epoch: the loss, and the accuracy on the labelled images it saw."""
        return [self.tracker, self.accuracy]

    def is_due(self):
        """Whether a step classifies: a bool where the step traced always or never does, else a tensor."""
        if self.model.is_distributed or self.model.classify_every == 1:
            return self._traced_as_due
        return self.model.reconstruction.optimizer.iterations % self.model.classify_every == 0

    def make_train_function(self, make, force):
        """Gives the model its train function; under a strategy one with the phase and one without, in turns.

        An optimiser of several replicas cannot stand in a ``tf.cond``. The reconstruction's count of steps says whose
        turn it is.

        Args:
            make: Keras's ``make_train_function``.
            force: As in Keras.
        """
        model = self.model
        if not model.is_distributed or model.classify_every == 1 or not (force or model.train_function is None):
            make(force)
            return

        def is_due():
            made = int(keras.ops.convert_to_numpy(model.reconstruction.optimizer.iterations))
            self._traced_as_due = made % model.classify_every == 0
            return self._traced_as_due

        keras_internals.make_in_turns(model, make, (True, False), is_due)

    def minimize_if(self, is_due, images, labels):
        """One step on images, labels -1 where there is none, where it is due; after the reconstruction's step."""
        if isinstance(is_due, bool):
            if is_due:
                self._minimize(images, labels)
        else:
            tf.cond(is_due, lambda: self._minimize(images, labels), lambda: None)

    def loss_if(self, is_due, images, labels):
        """For the joint update: the weighted loss, or 0 in a step that does not classify."""

        def loss():
            return self._loss(images, labels, self.model.reconstruction.optimizer.iterations)

        if isinstance(is_due, bool):
            return loss() if is_due else 0.0
        return tf.cond(is_due, loss, lambda: 0.0)

    def measure(self, probabilities, labels):
        """The accuracy so far, with a held-out batch."""
        self.accuracy.update_state(labels, probabilities)
        return self.accuracy.result()

    def _minimize(self, images, labels):
        with tf.GradientTape() as tape:
            # The reconstruction has made its step already.
            loss = self._loss(images, labels, self.model.reconstruction.optimizer.iterations - 1)
        self.phase.minimize(tape, loss)

    def _loss(self, images, labels, step):
        """The weighted cross-entropy, tracked; its mean over the replicas is that over the global batch's labels."""
        model = self.model
        has_label = tf.cast(labels >= 0, tf.float32)
        n_labelled = replicas.all_reduce_sum(tf.reduce_sum(has_label))
        _, logits = model.encoder_outputs(model.corrupt(images), model.seed_generator, training=True)
        # The one-hot label of an image without one is 0 everywhere, and so is its weight.
        targets = (1 - model.label_smoothing) * tf.one_hot(labels, model.n_classes)
        targets += model.label_smoothing / model.n_classes
        errors = tf.nn.softmax_cross_entropy_with_logits(targets, logits)
        loss = replicas.n_replicas() * tf.math.divide_no_nan(tf.reduce_sum(has_label * errors), n_labelled)
        self.tracker.track(loss, step, logits)
        self.accuracy.update_state(labels, logits, sample_weight=has_label)
        return model.loss_weights["classification"] * loss


def labelled_images(images, labels):
    """The labelled images and their labels, of what ``fit`` was given: a pair of their own, or labels of ``images``."""
    return labels if isinstance(labels, (tuple, list)) else (images, labels)
