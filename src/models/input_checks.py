"""When a model looks at what it is given: before it trains, measures or encodes, and while a step is traced."""

import weakref

import keras
import tensorflow as tf

from ..errors import InputError
from . import inputs


class InputChecks:
    """What a model requires of its images and labels.

    Args:
        model: The model, for its shapes, ``image_range``, input noise, ``n_classes`` and ``labels_read``.
    """

    def __init__(self, model):
        self.model = model
        # Looked at once, though measured after every epoch.
        self._measured = weakref.WeakSet()

    def require_to_train(self, x, y=None, batch_size=None, validation_data=None):
        """Looks at the first batches of what ``fit`` was given.

        Args:
            x: As in ``keras.Model.fit``, like the others.
            y: Labels, where ``x`` is an array.
            batch_size: Images in a batch, where ``x`` is an array.
            validation_data: A data set, or a tuple of arrays.

        Raises:
            InputError: If images or labels are of another shape, range or type than the model takes.
        """
        self._require_first(x, y, batch_size, training=True)
        if validation_data is not None:
            self.require_to_measure(*images_and_labels(validation_data), batch_size)

    def require_to_measure(self, x, y=None, batch_size=None):
        """Looks at the first batch of what ``evaluate`` was given; arguments and errors as in ``require_to_train``."""
        is_dataset = isinstance(x, tf.data.Dataset)
        if not is_dataset or x not in self._measured:
            self._require_first(x, y, batch_size, training=False)
        if is_dataset:
            self._measured.add(x)

    def require_to_predict(self, x, batch_size=None):
        """Looks at the first batch of what ``predict`` was given; arguments and errors as in ``require_to_train``."""
        batch = inputs.first_batch(x, batch_size=batch_size)
        if batch is None:
            return
        images, _ = images_and_labels(batch)
        if isinstance(images, (tuple, list)):
            images, labels = images
            if self.model.is_given_labels:
                inputs.require_label_type(labels, self.model.n_classes, images.shape[0])
                inputs.require_label_values(labels, self.model.n_classes)
        self.require_to_encode(images)

    def require_to_encode(self, images):
        """Refuses images of another size, or whose first ones are of another range, noisy ones for a denoising model.

        Args:
            images: Array or tensor, to be float32 [batch, height, width, channels].

        Raises:
            InputError: If they are.
        """
        inputs.require_image_shape(images, self.model.image_shape)
        noise = max(self.model.input_noise, self.model.late_input_noise or 0.0)
        inputs.require_image_range(images, self._range(), noise, inputs.N_LOOKED_AT)

    def require_step(self, images, labels, training):
        """Refuses what a step being traced cannot compute with; values are not known then.

        Args:
            images: Tensor, to be float32 [batch, height, width, channels]; in training, for a model that takes
                neighbours, it may be a pair, images and neighbours.
            labels: Tensor, to be int [batch], a pair of labelled images and labels, or None.
            training: Whether it is a step of training.

        Raises:
            InputError: If they are of another shape or type.
        """
        for each in keras.tree.flatten(images):
            inputs.require_image_type(each)
        self._require_batch(images, labels, training, with_values=False)

    def _require_first(self, x, y, batch_size, training):
        batch = inputs.first_batch(x, y, batch_size)
        if batch is not None:
            self._require_batch(*images_and_labels(batch), training, with_values=True)

    def _require_batch(self, images, labels, training, with_values):
        if training and isinstance(images, (tuple, list)):
            images = self._require_neighbours(images, with_values)
        self._require_images(images, with_values, training)
        read = self.model.labels_read(training)
        if read == inputs.UNREAD:
            return
        if self.model.learns_to_classify and training and isinstance(labels, (tuple, list)):
            images, labels = labels
            self._require_images(images, with_values, training)
        inputs.require_label_type(labels, self.model.n_classes, images.shape[0], read)
        if with_values:
            inputs.require_label_values(labels, self.model.n_classes, read)

    def _require_neighbours(self, pair, with_values):
        """The images of a pair, once their neighbours are images as well, as many, for a model that takes them."""
        if not self.model.neighbours_taken or len(pair) != 2:
            raise InputError(
                f"images of type tuple: expected an array or tensor {inputs.of_batch(*self.model.image_shape)}; images "
                "and neighbours are for a game on y, averaged, or with paired=True and without adversarial noise"
            )
        images, neighbours = pair
        n_taken, image_shape = self.model.neighbours_taken, self.model.image_shape
        of_one = images.shape if n_taken == 1 else (images.shape[0], n_taken, *image_shape)
        if not tf.TensorShape(neighbours.shape).is_compatible_with(of_one):
            number = "one" if n_taken == 1 else n_taken
            raise InputError(
                f"neighbours of shape {neighbours.shape} for images of shape {images.shape}: expected {number} each"
            )
        self._require_images(tf.reshape(neighbours, [-1, *image_shape]), with_values, training=True)
        return images

    def _require_images(self, images, with_values, training):
        inputs.require_image_shape(images, self.model.image_shape)
        if with_values:
            inputs.require_image_range(images, self.model.image_range if training else self._range())

    def _range(self):
        """The range that images have outside training; None for features, which training rows alone have scaled."""
        return None if len(self.model.image_shape) == 1 else self.model.image_range


def images_and_labels(data):
    """The images and the labels of what ``fit`` or ``evaluate`` was given, None for labels that are not there."""
    images, labels, _ = keras.utils.unpack_x_y_sample_weight(data)
    return images, labels
