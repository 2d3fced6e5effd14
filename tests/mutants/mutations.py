"""Mistakes that somebody might make in the package, each with the fast tests that notice it."""

from typing import NamedTuple


class Mutation(NamedTuple):
    """One place of the package changed for the worse.

    Attributes:
        name: The mistake, a phrase.
        file: Path below ``src/``.
        old: Text that stands in the file once.
        new: What is put in its place.
        tests: Node ids of pytest below ``tests/``; one of them at least fails.
    """

    name: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def _in(file, tests_in, *mutations):
    """Mutations of one file, each (name, old, new, test …); a test stands in ``tests_in`` unless it names its file."""
    return [
        Mutation(name, file, old, new, tuple(test if "::" in test else f"{tests_in}::{test}" for test in tests))
        for name, old, new, *tests in mutations
    ]


# The step of an autoencoder and its adversary ends alike in two models; the next class tells the two places apart.
END_OF_AAE = "        return self.finish_step()\n\n\n@keras"

MUTATIONS = [
    *_in(
        "models/aae.py",
        "models/test_aae.py",
        (
            "the generator phase is dropped",
            f"        self.generator.minimize(tape, loss)\n{END_OF_AAE}",
            END_OF_AAE,
            "test_each_phase_moves_its_own_variables_and_no_others",
        ),
        (
            "the generator moves the discriminator too",
            "self.game = AdversarialGame(prior, discriminator, n_classes)\n"
            '        self.generator = Phase("generator", lambda: encoder.trainable_variables,',
            "self.game = AdversarialGame(prior, discriminator, n_classes)\n"
            '        self.generator = Phase("generator", lambda: encoder.weights + discriminator.weights,',
            "test_each_phase_moves_its_own_variables_and_no_others",
        ),
        (
            "the reconstruction is compared with the noisy images",
            'reconstruction, then regularisation, or both jointly."""\n        images, labels = self.unpack(data)\n',
            'reconstruction, then regularisation, or both jointly."""\n        images, labels = self.unpack(data)\n'
            "        images = self.corrupt(images)\n",
            "test_input_noise_reaches_the_encoder_in_training_and_not_the_target",
        ),
        (
            "code and class change places before the decoder",
            "tf.concat([latent.z, self._classes(latent, labels)], axis=1)",
            "tf.concat([self._classes(latent, labels), latent.z], axis=1)",
            "models/test_supervised_aae.py::test_the_decoder_is_given_codes_and_one_hot_labels",
        ),
        (
            "the classification phase is dropped",
            "        self.classification.minimize_if(is_due, *labelled)\n        return",
            "        return",
            "models/test_semisupervised_aae.py::test_each_phase_moves_its_own_networks",
        ),
        (
            "the joint update leaves the classification out",
            "\n                loss += self.classification.loss_if(is_due, *labelled)",
            "",
            "models/test_joint_update.py::test_it_adds_up_the_gradients_that_each_phase_would_take_at_the_start"
            "[semisupervised]",
        ),
        (
            "the joint update leaves the generator out",
            "reconstruction_error(images, latent) + generator_loss\n                loss +=",
            "reconstruction_error(images, latent)\n                loss +=",
            "models/test_joint_update.py::test_it_adds_up_the_gradients_that_each_phase_would_take_at_the_start"
            "[semisupervised]",
        ),
        (
            "the separation phase is dropped",
            "        self._separate()\n",
            "",
            "models/test_dimensionality_reduction_aae.py::test_each_phase_moves_its_own_networks",
        ),
        (
            "the representation is the head without the style",
            "return latent.z + float32(heads(",
            "return float32(heads(",
            "models/test_dimensionality_reduction_aae.py::test_the_representation_is_the_sum_of_head_and_style",
        ),
    ),
    *_in(
        "models/autoencoder.py",
        "models/test_every_kind.py",
        (
            "the reconstruction phase is dropped",
            "        self.reconstruction.minimize(tape, loss)\n",
            "",
            "models/test_autoencoder.py::test_a_step_moves_encoder_and_decoder",
        ),
        (
            "the input noise is left out",
            "return images + self._input_noise_now() *",
            "return images + 0 *",
            "models/test_aae.py::test_input_noise_reaches_the_encoder_in_training_and_not_the_target",
        ),
        (
            "the input noise has its variance for its deviation",
            "return images + self._input_noise_now() *",
            "return images + self._input_noise_now() ** 2 *",
            "models/test_aae.py::test_input_noise_reaches_the_encoder_in_training_and_not_the_target",
        ),
        (
            "the late noise begins a step late",
            "optimizer.iterations >= self.late_noise_from",
            "optimizer.iterations > self.late_noise_from",
            "models/test_aae.py::test_the_input_noise_changes_at_its_step",
        ),
        (
            "the late noise comes first",
            "tf.where(is_late, self.late_input_noise, self.input_noise)",
            "tf.where(is_late, self.input_noise, self.late_input_noise)",
            "models/test_aae.py::test_the_input_noise_changes_at_its_step",
        ),
        (
            "the reconstruction moves the classes all the same",
            "latent._replace(y=tf.stop_gradient(latent.y))",
            "latent",
            "models/test_class_games.py"
            "::test_the_reconstruction_gives_no_gradient_to_the_classes_where_it_is_stopped[clustering]",
        ),
        (
            "the noise on codes has its variance for its deviation",
            "return codes + self.code_noise *",
            "return codes + self.code_noise**2 *",
            "models/test_posteriors.py::test_noise_on_codes_is_about_the_mean_code_and_not_in_it[aae]",
        ),
        (
            "codes are trained on without their noise",
            "lambda posterior: self._drawn_codes(posterior, self.seed_generator)",
            "lambda posterior: self.posterior.sample(posterior, self.seed_generator)",
            "models/test_posteriors.py::test_noise_on_codes_is_about_the_mean_code_and_not_in_it[semisupervised]",
        ),
        (
            "there is input noise outside training",
            "self._latent(self.encoder_outputs(images), self.posterior.mean)",
            "self._latent(self.encoder_outputs(self.corrupt(images)), self.posterior.mean)",
            "test_outside_training_there_is_no_noise",
        ),
        (
            "the decoder drops units outside training",
            "labels, training), training=training))",
            "labels, training), training=True))",
            "test_outside_training_there_is_no_noise",
        ),
        (
            "codes are drawn outside training",
            "self._latent(self.encoder_outputs(images), self.posterior.mean)",
            "self.infer(images)",
            "test_outside_training_there_is_no_noise",
        ),
        (
            "the moving average is skipped",
            "        self._update_ema()\n        return",
            "        return",
            "test_the_average_is_the_exponential_one",
        ),
        (
            "the decay of the moving average is that of the new weights",
            "self.ema_decay * ema + (1 - self.ema_decay) * weight",
            "(1 - self.ema_decay) * ema + self.ema_decay * weight",
            "test_the_average_is_the_exponential_one",
        ),
        (
            "the raw weights answer in place of the averaged ones",
            'getattr(self, f"ema_{name}" if self.ema_decay else name)',
            "getattr(self, name)",
            "test_the_averaged_weights_are_those_that_answer",
        ),
        (
            "the raw weights are measured in place of the averaged ones",
            "self._decoder_outputs(latent, labels, training=False))\n        # Weighted",
            "self._decoder_outputs(latent, labels, training=True))\n        # Weighted",
            "test_what_is_measured_is_what_the_averaged_weights_say",
        ),
        (
            "a smaller last batch counts as much as the others",
            ", sample_weight=tf.shape(images)[0]\n        )",
            "\n        )",
            "test_what_is_measured_is_what_the_averaged_weights_say",
        ),
        (
            "labels are shifted by one before the decoder",
            "return tf.one_hot(labels, self.n_classes, dtype",
            "return tf.one_hot((labels + 1) % self.n_classes, self.n_classes, dtype",
            "models/test_supervised_aae.py::test_training_gives_the_decoder_the_true_labels",
        ),
        (
            "samples are of every class but the last",
            "keras.random.randint((n,), 0, self.n_classes, seed=seed)",
            "keras.random.randint((n,), 0, self.n_classes - 1, seed=seed)",
            "models/test_supervised_aae.py::test_samples_have_the_classes_asked_for_or_all_of_them",
        ),
        (
            "random states are not saved",
            "states = keras_internals.random_states(self)",
            "states = []",
            "models/test_aae.py::test_a_saved_model_trains_on_as_if_never_saved",
        ),
        (
            "the weight of the reconstruction is ignored",
            'return self.loss_weights["reconstruction"] * error',
            "return error",
            "models/test_vae.py::test_gradient_of_the_decoders_bias_is_that_of_the_weighted_error_alone",
        ),
    ),
    *_in(
        "models/phase.py",
        "models/test_phase.py",
        (
            "a step goes up the gradient",
            "moved = [pair for pair in",
            "moved = [(-pair[0], pair[1]) for pair in",
            "test_a_step_goes_down_the_gradient_and_leaves_what_the_loss_does_not_see",
        ),
    ),
    *_in(
        "models/training_step.py",
        "models/test_training_step.py",
        (
            "a step's graph is kept for good",
            "release_graph(tf.compat.v1.get_default_graph())",
            "pass",
            "test_a_model_is_freed_with_the_graph_of_its_step[aae-False]",
        ),
    ),
    *_in(
        "models/regularization.py",
        "models/test_regularization.py",
        (
            "samples of the prior and codes change places",
            "prior_logits, code_logits = tf.split(both_logits, 2)",
            "code_logits, prior_logits = tf.split(both_logits, 2)",
            "test_a_discriminator_that_sees_labels_is_given_those_of_samples_and_codes",
        ),
        (
            "the discriminator takes samples of the prior for codes",
            "tf.nn.softplus(-prior_logits)) + tf",
            "tf.nn.softplus(prior_logits)) + tf",
            "test_losses_are_the_textbooks",
        ),
        (
            "the generator helps the discriminator",
            "return tf.reduce_mean(tf.nn.softplus(-code_logits))",
            "return tf.reduce_mean(tf.nn.softplus(code_logits))",
            "test_losses_are_the_textbooks",
        ),
        (
            "the generator's loss saturates",
            "return tf.reduce_mean(tf.nn.softplus(-code_logits))",
            "return -tf.reduce_mean(tf.nn.softplus(code_logits))",
            "test_losses_are_the_textbooks",
        ),
        (
            "the discriminator learns from the generator's loss",
            "loss = self.discriminator_weight * self._tracked_discriminator_loss(prior_logits, code_logits, codes)",
            "loss = self.generator_weight * self._tracked_generator_loss(code_logits, codes, 0)",
            "test_the_discriminators_step_is_the_gradient_of_the_textbooks_loss",
        ),
        (
            "the discriminator's step goes up its loss",
            "loss = self.discriminator_weight *",
            "loss = -self.discriminator_weight *",
            "test_the_discriminators_step_is_the_gradient_of_the_textbooks_loss",
        ),
        (
            "the generator's loss has the discriminator's weight",
            'self.generator_weight = loss_weights[f"{self.name}generator"]',
            'self.generator_weight = loss_weights[f"{self.name}discriminator"]',
            "models/test_aae.py::test_generator_gradient_is_that_of_finite_differences",
        ),
        (
            "labels choose no component of the prior",
            "if self.n_classes is not None and self.labels_choose:",
            "if False:",
            "test_prior_samples_follow_the_labels_only_in_a_game_with_labels",
        ),
        (
            "labels choose a component where every class is to fill the prior",
            "if self.n_classes is not None and self.labels_choose:",
            "if self.n_classes is not None:",
            "models/test_supervised_aae.py::test_the_conditional_game_brings_every_class_to_the_whole_prior",
        ),
        (
            'the one-hot label has no place for "no label"',
            "return 0 if self.n_classes is None else self.n_classes + 1",
            "return 0 if self.n_classes is None else self.n_classes",
            "test_discriminator_sees_code_and_label_with_an_extra_class",
        ),
        (
            "the discriminator takes -1 for class 0",
            "tf.where(labels < 0, self.n_classes, labels)",
            "tf.where(labels < 0, 0, labels)",
            "test_discriminator_sees_code_and_label_with_an_extra_class",
        ),
        (
            "samples of the prior stand beside labels of other codes",
            "tf.concat([labels, labels], axis=0)",
            "tf.concat([labels[::-1], labels], axis=0)",
            "test_a_discriminator_that_sees_labels_is_given_those_of_samples_and_codes",
        ),
        (
            "the discriminator's accuracy on samples counts the wrong ones",
            "self._accuracy_real.update_state(prior_logits > 0)",
            "self._accuracy_real.update_state(prior_logits < 0)",
            "test_a_discriminator_that_sees_labels_is_given_those_of_samples_and_codes",
        ),
        (
            "the conditional game has a gradient to the classes",
            "return tf.stop_gradient(labels)",
            "return labels",
            "models/test_class_games.py::test_a_conditional_game_moves_the_codes_and_not_the_classes",
        ),
    ),
    *_in(
        "models/class_game.py",
        "models/test_class_games.py",
        (
            "the game on classes is dropped",
            " + self.class_game.play(tape, shown, None, seed)",
            "",
            "models/test_semisupervised_aae.py::test_each_phase_moves_its_own_networks",
        ),
        (
            "a pair is shown in reverse",
            "tf.concat([latent.y, second], axis=1)",
            "tf.concat([second, latent.y], axis=1)",
            "test_the_second_encoding_is_that_of_the_neighbour_where_the_batch_has_them",
        ),
        (
            "one encoding is shown twice in place of two",
            "tf.concat([latent.y, second], axis=1)",
            "tf.concat([latent.y, latent.y], axis=1)",
            "test_two_encodings_differ_by_their_noise_alone",
        ),
        (
            "the second encoding is never the neighbour's",
            "other = model.corrupt(others) if",
            "other = model.corrupt(noisy) if",
            "test_the_second_encoding_is_that_of_the_neighbour_where_the_batch_has_them",
        ),
        (
            "an image is left out of the mean over it and its neighbours",
            "tf.reduce_mean(tf.concat([own[:, None], of_others], axis=1), axis=1)",
            "tf.reduce_mean(of_others, axis=1)",
            "test_the_mean_over_an_image_and_its_neighbours_is_shown",
        ),
        (
            "the mean is over neighbours of other images",
            "[tf.shape(own)[0], -1, self.n_shown])",
            "[-1, tf.shape(own)[0], self.n_shown]); of_others = tf.transpose(of_others, [1, 0, 2])",
            "test_the_mean_over_an_image_and_its_neighbours_is_shown",
        ),
        (
            "the classes of neighbours have no gradient",
            "of_others = tf.reshape(model.infer(model.corrupt(others)).y,",
            "of_others = tf.reshape(tf.stop_gradient(model.infer(model.corrupt(others)).y),",
            "test_of_a_mean_every_image_has_its_share_of_the_gradient",
        ),
        (
            "pairs begin a step late",
            "iterations >= self.paired_from",
            "iterations > self.paired_from",
            "test_before_its_step_one_encoding_is_shown_twice",
        ),
        (
            "the second encoding goes uphill",
            "other = noisy + self.adversarial_noise *",
            "other = noisy - self.adversarial_noise *",
            "test_the_second_encoding_goes_downhill_on_the_highest_probability_by_the_norm_asked_for",
        ),
        (
            "the shares of the classes are not followed",
            "        if self.estimates_shares:\n            self._follow_shares(tf.stop_gradient(latent.y))\n",
            "",
            "test_estimated_shares_are_the_moving_average_of_the_encoders",
        ),
        (
            "the shares of the classes are those of the last batch",
            "SHARES_DECAY * self.mean_shares + (1 - SHARES_DECAY) * of_batch",
            "(1 - SHARES_DECAY) * self.mean_shares + SHARES_DECAY * of_batch",
            "test_estimated_shares_are_the_moving_average_of_the_encoders",
        ),
        (
            "estimated shares hold from the first step",
            "iterations >= self.estimate_from",
            "iterations >= 0",
            "test_estimated_shares_hold_from_their_step_on",
        ),
    ),
    *_in(
        "models/classification.py",
        "models/test_semisupervised_aae.py",
        (
            "labels are shifted by one in the classification",
            "tf.one_hot(labels, model.n_classes)",
            "tf.one_hot((labels + 1) % model.n_classes, model.n_classes)",
            "test_classification_loss_is_the_cross_entropy_of_the_labelled",
        ),
        (
            "the classification takes -1 for a label",
            "tf.cast(labels >= 0, tf.float32)",
            "tf.cast(labels >= -1, tf.float32)",
            "test_images_without_a_label_do_not_count_in_the_classification",
        ),
        (
            "every class is given all that smoothing takes from the label",
            "targets += model.label_smoothing / model.n_classes",
            "targets += model.label_smoothing",
            "test_smoothed_labels_share_their_rest_among_all_classes",
        ),
        (
            "the classification is a step late",
            "iterations % self.model.classify_every == 0",
            "iterations % self.model.classify_every == 1",
            "test_classification_comes_every_so_many_steps",
        ),
        (
            "the classification unlearns the labels",
            'return model.loss_weights["classification"] * loss',
            'return -model.loss_weights["classification"] * loss',
            "test_classification_moves_the_bias_of_a_class_by_what_its_probabilities_lack",
        ),
    ),
    *_in(
        "models/inputs.py",
        "models/test_input_checks.py",
        (
            "-1 is taken for a class where every image needs a label",
            "(NO_LABEL if read == SOME else 0)",
            "NO_LABEL",
            "test_a_decoder_refuses_labels_that_are_no_classes[supervised]",
        ),
    ),
    *_in(
        "models/posteriors.py",
        "models/test_posteriors.py",
        (
            "codes are drawn without noise",
            "return mean + tf.nn.softplus(raw_scale) * noise",
            "return mean + 0 * noise",
            "test_gaussian_posterior_has_the_encoders_mean_and_spread",
        ),
        (
            "codes are drawn with the variance for the deviation",
            "return mean + tf.nn.softplus(raw_scale) * noise",
            "return mean + tf.nn.softplus(raw_scale) ** 2 * noise",
            "test_gaussian_posterior_has_the_encoders_mean_and_spread",
        ),
        (
            "the divergence has a wrong sign",
            "- 1) - tf.math.log(scale), axis=1)",
            "- 1) + tf.math.log(scale), axis=1)",
            "models/test_vae.py::test_divergence_is_the_closed_form_and_that_of_samples",
        ),
        (
            "the divergence forgets the prior's deviation at the mean",
            "(mean / prior_std) ** 2",
            "mean**2",
            "models/test_vae.py::test_divergence_is_the_closed_form_and_that_of_samples",
        ),
        (
            "the universal posterior is given no noise",
            "if seed is None:",
            "if True:",
            "test_the_universal_posterior_feeds_noise_to_the_encoder",
        ),
    ),
    *_in(
        "models/vae.py",
        "models/test_vae.py",
        (
            "the divergence is left out of the loss",
            "self.reconstruction_error(images, latent) + divergence",
            "self.reconstruction_error(images, latent)",
            "test_divergence_alone_brings_the_posteriors_to_the_prior",
        ),
    ),
    *_in(
        "models/likelihoods.py",
        "models/test_likelihoods.py",
        (
            "the squared error is not halved",
            "return 0.5 * _sum_over_pixels",
            "return _sum_over_pixels",
            "test_gaussian_error_is_half_the_squared_error_summed_over_pixels",
        ),
        (
            "the error is the mean over the pixels",
            "tf.reduce_mean(tf.reduce_sum(errors,",
            "tf.reduce_mean(tf.reduce_mean(errors,",
            "test_gaussian_error_is_half_the_squared_error_summed_over_pixels",
        ),
    ),
    *_in(
        "models/losses.py",
        "models/test_losses.py",
        (
            "codes that are not finite pass",
            'return tf.where(tf.reduce_all(tf.math.is_finite(codes)), loss, float("nan"))',
            "return loss",
            "test_codes_that_are_not_finite_stop_training_though_the_loss_looks_harmless",
        ),
    ),
    *_in(
        "models/heads.py",
        "models/test_heads.py",
        (
            "heads that are far apart are pushed",
            "tf.nn.relu(margin - distances)",
            "tf.nn.relu(distances - margin)",
            "test_a_pair_costs_what_it_lacks_of_the_margin",
        ),
        (
            "every pair of heads counts twice",
            "np.triu(np.ones(squared.shape), k=1)",
            "np.ones(squared.shape) - np.eye(len(heads))",
            "test_a_pair_costs_what_it_lacks_of_the_margin",
        ),
    ),
    *_in(
        "models/schedules.py",
        "models/test_schedules.py",
        (
            "a rate falls from the wrong share of the run",
            "FallingRate(learning_rate, decay_start * n_steps,",
            "FallingRate(learning_rate, (1 - decay_start) * n_steps,",
            "test_a_rate_that_falls_to_0_in_the_last_part_of_the_run",
        ),
        (
            "a rate falls a step late",
            "math.ceil(epoch * steps_per_epoch) - 1",
            "math.ceil(epoch * steps_per_epoch)",
            "test_the_rate_falls_tenfold_with_the_first_step_after_each_epoch_named",
        ),
        (
            "a cosine rises",
            "(1 - tf.cos(math.pi * left)) / 2",
            "(1 + tf.cos(math.pi * left)) / 2",
            "test_a_rate_that_falls_to_0_in_the_last_part_of_the_run",
        ),
    ),
    *_in(
        "models/replicas.py",
        "training/test_distribution.py",
        (
            "two replicas draw the same noise",
            "first = _index() * n_rows",
            "first = 0 * n_rows",
            "test_two_devices_of_a_host_come_to_the_weights_of_one",
        ),
        (
            "the labels of all replicas stand at the first one's rows",
            "before = _index() * n_rows",
            "before = 0 * n_rows",
            "test_two_devices_of_a_host_come_to_the_weights_of_one",
        ),
    ),
    *_in(
        "models/optimizers.py",
        "models/test_optimizers.py",
        (
            "Adam corrects its second moment by the first one's decay",
            "beta2_power=tf.pow(tf.cast(self.beta_2,",
            "beta2_power=tf.pow(tf.cast(self.beta_1,",
            "test_adam_is_adam",
        ),
        ("Nesterov's momentum is ignored", "use_nesterov=self.nesterov", "use_nesterov=False", "test_sgd_is_sgd"),
    ),
    *_in(
        "models/networks/mlp.py",
        "models/test_networks.py",
        (
            "hidden layers have the variance of their noise for its deviation",
            "keras.layers.GaussianNoise(noise)",
            "keras.layers.GaussianNoise(noise**2)",
            "test_hidden_noise_comes_after_the_normalisation_and_before_the_relu_in_training_only",
        ),
    ),
    *_in(
        "models/networks/layers.py",
        "models/test_networks.py",
        (
            "the scale of the logits is left out",
            "keras.layers.Rescaling(scale)",
            "keras.layers.Rescaling(1.0)",
            "test_logits_of_a_scale_keep_every_class_in_use",
        ),
    ),
    *_in(
        "models/networks/conv.py",
        "models/test_conv_networks.py",
        (
            "leaky ReLUs leak nothing",
            "keras.layers.LeakyReLU(SLOPE)",
            "keras.layers.LeakyReLU(0.0)",
            "test_an_encoder_is_convolutions_leaky_relus_and_a_dense_layer",
        ),
        (
            "of a map too large the first rows are cut off",
            "[(0, pixels) for pixels in surplus]",
            "[(pixels, 0) for pixels in surplus]",
            "test_a_decoder_is_a_dense_layer_and_transposed_convolutions_without_the_surplus_of_odd_sides",
        ),
        (
            "the encoder's first convolution is normalised",
            "is_normalised = batch_norm and index > 0",
            "is_normalised = batch_norm",
            "test_batch_norm_follows_every_hidden_convolution_but_the_encoders_first",
        ),
        (
            "transposed convolutions begin as if a pixel saw the whole kernel",
            "scale = 2.0 * STRIDE**2 * n_out / n_in",
            "scale = 2.0 * n_out / n_in",
            "test_values_keep_their_size_from_layer_to_layer",
        ),
    ),
    *_in(
        "models/normalization.py",
        "models/test_normalization.py",
        (
            "batch normalisation leaves its mean out of the gradient",
            "own = upstream - along_beta - centred",
            "own = upstream - centred",
            "test_it_is_kerass_batch_normalization",
        ),
        (
            "the moving moments are those of the last batch",
            "moving * self.momentum + value * (1.0 - self.momentum)",
            "moving * (1.0 - self.momentum) + value * self.momentum",
            "test_it_is_kerass_batch_normalization",
        ),
    ),
    *_in(
        "models/priors/prior.py",
        "models/test_priors.py",
        (
            "class 0 is taken for no label",
            "return tf.where(labels < 0, keras",
            "return tf.where(labels <= 0, keras",
            "test_uniform_slices_are_where_the_labels_say_and_together_the_square",
        ),
        (
            "several draws use one seed again",
            "return seed if isinstance(seed, keras.random.SeedGenerator) else keras.random.SeedGenerator(seed)",
            "return seed",
            "test_several_draws_from_one_number_differ",
        ),
    ),
    *_in(
        "models/priors/gaussian.py",
        "models/test_priors.py",
        (
            "the Gaussian has its variance for its deviation",
            "return self.std * keras.random.normal",
            "return self.std**2 * keras.random.normal",
            "test_gaussian_moments",
        ),
        (
            "sectors are turned by half a sector",
            "angles = 2 * math.pi * (labels + turns)",
            "angles = 2 * math.pi * (labels + turns + 0.5)",
            "test_gaussian_sectors_are_where_the_labels_say_and_together_the_gaussian",
        ),
    ),
    *_in(
        "models/priors/mixture.py",
        "models/test_priors.py",
        (
            "petals lie at wrong angles",
            "np.arange(n_components) / n_components",
            "np.arange(n_components) / (n_components + 1)",
            "test_mixture_component_lies_on_its_axis",
        ),
        (
            "petals are long across their axis",
            "np.stack([std_along * along, std_across * across], axis=1)",
            "np.stack([std_across * along, std_along * across], axis=1)",
            "test_mixture_component_lies_on_its_axis",
        ),
        (
            "the density of a mixture forgets the weights",
            "tf.reduce_logsumexp(components + self._log_weights, axis=1)",
            "tf.reduce_logsumexp(components, axis=1)",
            "test_mixture_log_prob_is_scipys",
        ),
    ),
    *_in(
        "models/priors/swiss_roll.py",
        "models/test_priors.py",
        (
            "the labels of the swiss roll are shuffled",
            "tf.cast(draw_where_none(labels, self.n_labels, seed), tf.float32)",
            "tf.cast(tf.random.shuffle(draw_where_none(labels, self.n_labels, seed)), tf.float32)",
            "test_every_label_in_a_batch_has_its_own_stretch_of_the_roll",
        ),
        (
            "the roll is even in its angle",
            "even = np.interp(np.linspace(0, self.length, TABLE), lengths, angles)",
            "even = angles",
            "test_a_stretch_of_the_roll_is_a_tenth_of_its_length",
        ),
    ),
    *_in(
        "models/priors/categorical.py",
        "models/test_class_games.py",
        (
            "the shares of the classes are ignored",
            "if self.shares is None:",
            "if True:",
            "test_classes_are_sampled_as_often_as_their_shares_say",
        ),
        (
            "the shares of the classes are taken for logits",
            "tf.math.log(shares)[None]",
            "shares[None]",
            "test_classes_are_sampled_as_often_as_their_shares_say",
        ),
    ),
    *_in(
        "models/priors/repeated.py",
        "models/test_class_games.py",
        (
            "copies are drawn anew",
            "return tf.tile(self.prior.sample(n, seed), [1, self.times])",
            "return tf.concat([self.prior.sample(n, seed) for _ in range(self.times)], axis=1)",
            "test_copies_stand_side_by_side",
        ),
    ),
    *_in(
        "data/pipeline.py",
        "data/test_pipeline.py",
        (
            "grey levels are scaled by 256",
            "highest = 255 if",
            "highest = 256 if",
            "test_grey_levels_become_minus_one_to_one",
        ),
        (
            "grey levels are rounded down",
            "return np.rint((np.clip",
            "return np.floor((np.clip",
            "test_levels_undo_scale_and_clip_what_lies_outside",
        ),
        (
            "labels are those of the image before",
            "tf.gather(labels, order)",
            "tf.gather(labels, tf.roll(order, 1, 0))",
            "test_an_epoch_holds_every_image_at_most_once_with_its_label",
        ),
        (
            "the first step is ignored",
            "divmod(first_step, len(images) // batch_size)",
            "divmod(0, len(images) // batch_size)",
            "test_a_later_epoch_is_that_of_a_run_that_had_come_so_far",
        ),
        (
            "a resumed epoch begins its order again",
            ".flat_map(of_epoch).skip(steps_into_it)",
            ".flat_map(of_epoch)",
            "test_a_stream_resumes_in_the_middle_of_an_epoch",
        ),
        (
            "every epoch has the same order",
            "tf.range(len(images)), [seed, epoch])",
            "tf.range(len(images)), [seed, 0])",
            "test_every_epoch_has_an_order_of_its_own_drawn_by_the_seed",
        ),
        (
            "every seed has the same order",
            "tf.range(len(images)), [seed, epoch])",
            "tf.range(len(images)), [0, epoch])",
            "test_every_epoch_has_an_order_of_its_own_drawn_by_the_seed",
        ),
        (
            "one neighbour is drawn, and repeated",
            "[*order.shape, n_beside]",
            "[*order.shape, 1]",
            "test_beside_every_image_come_as_many_neighbours_as_asked_for",
        ),
        (
            "a neighbour is that of another image",
            "tf.gather(tf.constant(neighbours), order)",
            "tf.gather(tf.constant(neighbours), tf.roll(order, 1, 0))",
            "test_beside_every_image_comes_one_of_its_neighbours",
        ),
        (
            "evaluation leaves out the last, smaller batch",
            "tf.data.Dataset.range(0, len(images), batch_size)",
            "tf.data.Dataset.range(0, len(images) - batch_size + 1, batch_size)",
            "test_evaluation_holds_every_image_once_in_order",
        ),
    ),
    *_in(
        "data/labels.py",
        "data/test_labels.py",
        (
            "the draw of labels ignores its seed",
            "np.random.default_rng(seed)",
            "np.random.default_rng(0)",
            "test_the_seed_draws_them",
        ),
        (
            "a label is kept of images of any class",
            "generator.choice(members, share, replace=False)",
            "generator.choice(len(labels), share, replace=False)",
            "test_kept_labels_are_true_and_balanced",
        ),
    ),
    *_in(
        "data/pictures/picture.py",
        "data/pictures/test_picture.py",
        (
            "16 bits are clipped to 8",
            "(np.asarray(image) >> 8)",
            "(np.asarray(image) & 255)",
            "test_of_16_bits_the_higher_8_are_kept",
        ),
        (
            "the EXIF orientation is ignored",
            "ImageOps.exif_transpose(image, in_place=True)",
            "ImageOps.exif_transpose(image)",
            "test_pictures_are_turned_as_their_exif_orientation_says[6]",
        ),
        (
            "the checksums of a PNG file are not looked at",
            'if file.read(4) != struct.pack(">I", checksum):',
            'if file.read(4) == b"":',
            "test_a_flipped_bit_of_the_pixels_of_a_png_file_is_noticed",
        ),
        (
            "the coefficients of a JPEG file take no memory",
            "return int(2 * share * image.width * image.height)",
            "return int(0 * share * image.width * image.height)",
            "test_a_jpeg_bomb_of_several_scans_is_refused_and_one_of_a_single_scan_scaled_while_it_is_read",
        ),
        (
            "a JPEG file is decoded at the size asked for, without a margin",
            "image.draft(None, (2 * size[1], 2 * size[0]))",
            "image.draft(None, (size[1] // 2, size[0] // 2))",
            "test_a_large_jpeg_file_is_scaled_as_if_it_were_decoded_whole",
        ),
    ),
    *_in(
        "data/pictures/folder.py",
        "data/pictures/test_folder.py",
        (
            "labels are those of all pictures where some are left out",
            "labels = np.repeat(classes, list(map(len, by_class)))",
            "labels = np.repeat(classes, list(map(len, files[split])))[: sum(map(len, by_class))]",
            "test_damaged_pictures_are_left_out_with_a_notice_and_labels_stay_with_their_pictures[none]",
        ),
    ),
    *_in(
        "data/pictures/listing.py",
        "data/pictures/test_folder.py",
        (
            "test images are trained on",
            "sorted(drawn[n_test:])",
            "sorted(drawn)",
            "test_a_sixth_of_each_class_becomes_test_images_whatever_the_run",
        ),
        (
            "the draw of test images depends on where the folder is",
            "_digest(picture.relative_to(folder))",
            "_digest(picture)",
            "test_the_draw_is_that_of_the_names_alone",
        ),
        (
            "links out of the folder are followed",
            "if path.is_symlink() and not",
            "if path.is_symlink() and not path and not",
            "test_links_inside_the_folder_are_followed_and_those_that_lead_out_refused",
        ),
    ),
    *_in(
        "data/pictures/files.py",
        "data/pictures/test_folder.py",
        (
            "pictures scaled to one size are taken for those of another",
            "str(self.image_shape), str(self._size), self._colour",
            "self._colour",
            "test_another_size_or_colour_makes_another_cache",
        ),
    ),
    *_in(
        "data/splits.py",
        "data/test_splits.py",
        (
            "validation images are trained on",
            "return split.take(~held_out), replace",
            "return split, replace",
            "test_validation_images_are_drawn_from_the_others_and_keep_their_labels",
        ),
        (
            "the draw of validation images ignores its seed",
            "np.random.default_rng([seed, n_held_out])",
            "np.random.default_rng([0, n_held_out])",
            "test_the_seed_draws_them",
        ),
    ),
    *_in(
        "data/tables/scaling.py",
        "data/tables/test_source.py",
        (
            "features are scaled by their largest value",
            "(values - self.lowest[index]) / self.widths[index]",
            "values / self.highest[index]",
            "test_two_files_are_the_two_splits",
        ),
    ),
    *_in(
        "data/tables/source.py",
        "data/tables/test_source.py",
        (
            "the range of features is that of test rows too",
            "scaling = Scaling.of(*train)",
            "scaling = Scaling.of(train[0], np.arange(len(train[0])))",
            "test_a_sixth_of_every_class_is_to_test_on_and_always_the_same",
        ),
        (
            "test rows are drawn without regard to their class",
            '        order = order[np.argsort(labels[order], kind="stable")]\n',
            "",
            "test_a_sixth_of_every_class_is_to_test_on_and_always_the_same",
        ),
        (
            "rows without a label are to test on",
            "(labels[order] >= 0) & (counts[labels[order]] > 1)",
            "counts[labels[order]] > 1",
            "test_rows_without_a_label_are_to_train_on",
        ),
    ),
    *_in(
        "data/tables/numpy_file.py",
        "data/tables/test_table_fuzz.py",
        (
            "what an NPZ file unpacks to has no bound",
            "        require_unpacked_size(path, sum(info.file_size for info in chosen))\n",
            "",
            "test_what_unpacks_to_far_more_than_it_is_is_refused",
        ),
    ),
    *_in(
        "data/tables/record.py",
        "data/tables/test_record.py",
        (
            "the classes of another table are counted in its own order",
            "places[split.labels]",
            "split.labels",
            "test_a_table_is_scaled_and_its_classes_are_counted_as_in_the_run",
        ),
    ),
    *_in(
        "data/neighbours.py",
        "data/test_neighbours.py",
        (
            "neighbours in one direction are enough",
            "np.isin(own * n_images + nearest, nearest * n_images + own)",
            "np.ones(nearest.shape, bool)",
            "test_an_image_that_is_no_neighbour_of_its_nearest_has_itself",
        ),
    ),
    *_in(
        "data/shapes.py",
        "data/test_shapes.py",
        (
            "shapes are cut off at the border",
            "generator.uniform(radius, 1 - radius, 2)",
            "generator.uniform(0, 1, 2)",
            "test_a_picture_is_the_shape_wholly_inside_on_one_background",
        ),
        (
            "test pictures are training pictures",
            "[seed, index])",
            "[seed, 0])",
            "test_a_set_is_read_as_training_and_test_images_of_six_classes",
        ),
    ),
    *_in(
        "evaluation/clustering.py",
        "evaluation/test_clustering.py",
        (
            "the majority of its images names a cluster",
            "highest = probabilities == probabilities.max(axis=0)",
            "highest = probabilities == probabilities.max(axis=1, keepdims=True)",
            "test_it_is_the_surest_image_that_names_a_cluster_and_not_the_majority",
        ),
        (
            "members come least sure first",
            "np.argsort(-self.probabilities[inside, cluster]",
            "np.argsort(self.probabilities[inside, cluster]",
            "test_members_come_surest_first",
        ),
    ),
    *_in(
        "evaluation/metrics.py",
        "evaluation/test_clustering.py",
        (
            "test images name the clusters",
            "name_clusters(valid.labels, class_probabilities(model, valid))",
            "name_clusters(split.labels, class_probabilities(model, split))",
            "test_validation_images_name_the_clusters_of_test_images",
        ),
    ),
    *_in(
        "evaluation/classification.py",
        "evaluation/test_classification.py",
        (
            "rows and columns of the confusions change places",
            "confusion_matrix(self.labels, self.predictions,",
            "confusion_matrix(self.predictions, self.labels,",
            "test_figures_of_a_case_worked_by_hand",
        ),
    ),
    *_in(
        "evaluation/codes.py",
        "evaluation/test_codes.py",
        (
            "every batch of codes is drawn with one seed",
            "model.sample_codes(batch, generator)",
            "model.sample_codes(batch, seed)",
            "test_drawn_codes_have_noise_of_their_own_in_every_batch",
        ),
    ),
    *_in(
        "evaluation/parzen.py",
        "evaluation/test_parzen.py",
        (
            "kernels are added up and not averaged",
            " + math.log(n_samples)\n",
            "\n",
            "test_it_is_scikit_learns_kernel_density",
        ),
        (
            "the bandwidth is taken for a variance",
            "[-0.5 / bandwidth**2 for",
            "[-0.5 / bandwidth for",
            "test_it_is_scikit_learns_kernel_density",
        ),
        (
            "the widest bandwidth is taken",
            "bandwidths[int(np.argmax(on_valid))]",
            "bandwidths[-1]",
            "test_the_bandwidth_is_chosen_on_validation_images_and_the_error_is_that_of_the_mean",
        ),
        (
            "the bandwidth is chosen on test images",
            "log_probs(_pixels(valid), chunks(), bandwidths)",
            "log_probs(_pixels(test), chunks(), bandwidths)",
            "test_the_bandwidth_is_that_of_the_validation_images_where_test_images_ask_for_another",
        ),
        (
            "every chunk of samples is drawn with one seed",
            "n_samples - start), seed + index)",
            "n_samples - start), seed)",
            "test_the_bandwidth_is_chosen_on_validation_images_and_the_error_is_that_of_the_mean",
        ),
    ),
    *_in(
        "evaluation/sliced_wasserstein.py",
        "evaluation/test_sliced_wasserstein.py",
        (
            "samples are compared in the order they came in",
            "(np.sort(sample @ directions, axis=0) for",
            "(sample @ directions for",
            "test_distance_along_one_axis_is_scipys",
        ),
        (
            "the ratio of distances is upside down",
            "np.mean(to_prior) / np.mean(within_prior)",
            "np.mean(within_prior) / np.mean(to_prior)",
            "test_codes_off_the_prior_fit_worse",
        ),
    ),
    *_in(
        "evaluation/petals.py",
        "evaluation/test_petals.py",
        (
            "sectors are counted the wrong way round",
            "np.arctan2(codes[:, 1], codes[:, 0])",
            "np.arctan2(-codes[:, 1], codes[:, 0])",
            "test_samples_of_a_component_lie_in_its_sector",
        ),
    ),
    *_in(
        "training/checkpoints.py",
        "training/test_checkpoints.py",
        (
            "the digest of a checkpoint is not checked",
            'if expected != f"{_sha256(path)}  {path.name}\\n":',
            "if not expected:",
            "test_flipped_bits_anywhere_are_caught",
        ),
        (
            "the oldest checkpoint is loaded",
            "for progress in reversed(self.saved()):",
            "for progress in self.saved():",
            "test_the_newest_comes_back_with_its_progress_and_state",
        ),
        (
            "the newest checkpoints are removed",
            "for progress in self.saved()[:-keep]:",
            "for progress in self.saved()[keep:]:",
            "test_the_newest_few_are_kept_and_those_of_pictures",
        ),
    ),
    *_in(
        "training/compiling.py",
        "training/test_compiling.py",
        (
            "the games have the rate of the autoencoder",
            "games = config.optimizer, config.game_learning_rate or config.learning_rate,",
            "games = config.optimizer, config.learning_rate,",
            "test_every_phase_has_the_rate_and_momentum_of_its_kind",
        ),
        (
            "the class discriminator has the optimiser of the others",
            "config.class_discriminator_optimizer or config.optimizer,",
            "config.optimizer,",
            "test_the_class_discriminator_may_have_an_optimiser_and_a_rate_of_its_own",
        ),
        (
            "the games have the momentum of the autoencoder",
            "or config.learning_rate, config.game_momentum",
            "or config.learning_rate, config.momentum",
            "test_every_phase_has_the_rate_and_momentum_of_its_kind",
        ),
        (
            "the rate of a rarer classification falls late",
            "steps_per_epoch / every)",
            "steps_per_epoch)",
            "test_the_rate_of_a_rarer_classification_falls_with_the_same_epoch",
        ),
    ),
    *_in(
        "training/fit.py",
        "training/test_fit.py",
        (
            "a resumed run begins a whole epoch in the middle of one",
            "yield FitSegment(progress.epoch, progress.epoch + 1, steps - progress.step, done)",
            "yield FitSegment(progress.epoch, progress.epoch + 1, steps, done)",
            "test_segments_are_the_rest_of_a_begun_epoch_and_the_epochs_after_it",
        ),
        (
            "a resumed run begins with the batches of the first step",
            "yield FitSegment(progress.epoch, epochs, steps, done)",
            "yield FitSegment(progress.epoch, epochs, steps, 0)",
            "test_segments_are_the_rest_of_a_begun_epoch_and_the_epochs_after_it",
        ),
    ),
    *_in(
        "training/epoch_metrics.py",
        "training/test_epoch_metrics.py",
        (
            "a report has the metrics of the first epoch",
            "{part: values[-1] for part, values",
            "{part: values[0] for part, values",
            "test_the_last_epoch_begins_with_what_is_held_out",
        ),
    ),
    *_in(
        "training/report_pictures.py",
        "training/test_report.py",
        (
            "a report has the pictures of the first epoch",
            "epochs[max(epochs)]",
            "epochs[min(epochs)]",
            "test_pictures_are_the_files_that_show_the_end",
        ),
    ),
    *_in(
        "visualization/report_page.py",
        "visualization/test_report_page.py",
        (
            "what a fact says is taken for HTML",
            "<td>{escape(text)}</td>",
            "<td>{text}</td>",
            "test_text_is_only_text_wherever_it_stands",
        ),
    ),
    *_in(
        "training/projector.py",
        "training/test_projector.py",
        (
            "the projector has the positions of other images",
            "snapshot.positions[self._chosen]",
            "snapshot.positions[: len(self._chosen)]",
            "test_of_many_images_so_many_are_shown_from_first_to_last",
        ),
    ),
    *_in(
        "training/summaries.py",
        "training/test_scalar_layout.py",
        (
            "the layout of the charts is written in every epoch",
            "if epoch == 0:",
            "if epoch >= 0:",
            "test_a_log_has_the_layout_once_also_where_a_run_is_resumed",
        ),
    ),
    *_in(
        "visualization/palette.py",
        "visualization/test_palette.py",
        (
            "classes of one colour have one shape",
            "names[label // len(COLOURS) % len(names)]",
            "names[0]",
            "test_any_two_classes_are_told_apart_with_every_kind_of_colour_vision[11]",
        ),
    ),
    *_in(
        "visualization/class_points.py",
        "visualization/test_latent.py",
        (
            "the shape of a point is that of the image before",
            "[paths[label] for label in labels]",
            "[paths[label] for label in np.roll(labels, 1)]",
            "test_more_than_ten_classes_are_drawn_in_shapes_and_named_in_a_legend",
        ),
    ),
    *_in(
        "explorer/content.py",
        "explorer/test_explore.py",
        (
            "a class has the shape of another",
            '"shapes": class_shapes(len(names))',
            '"shapes": class_shapes(len(names))[::-1]',
            "test_a_page_has_the_colours_and_shapes_of_the_figures",
        ),
    ),
    *_in(
        "explorer/layers.py",
        "explorer/test_layers.py",
        (
            "batch normalisation is folded in without its mean",
            "shift = -layer.moving_mean.numpy().astype(np.float64) * scale",
            "shift = 0 * layer.moving_mean.numpy().astype(np.float64)",
            "test_a_decoder_gives_what_keras_computes[linear]",
        ),
        (
            "the bias is not scaled by what is folded in",
            "bias=self.bias * scale + shift",
            "bias=self.bias + shift",
            "test_a_layer_and_a_scale_after_it",
        ),
    ),
    *_in(
        "explorer/page.py",
        "explorer/test_explore.py",
        (
            "a name may end the data of a page",
            '.replace("<", "\\\\u003c")',
            "",
            "test_names_are_text",
        ),
    ),
    *_in(
        "zoo/weights.py",
        "zoo/test_pretrained.py",
        (
            "what is packed are the weights of training",
            "_of_training(model.inference_network(name))",
            "_of_training(getattr(model, name))",
            "test_what_is_packed_is_what_is_used_outside_training[aae]",
        ),
    ),
    *_in(
        "zoo/card.py",
        "zoo/test_pretrained.py",
        (
            "the digest of weights is not checked",
            "if found != self.sha256:",
            "if not found:",
            "test_damaged_weights_are_refused",
        ),
    ),
    *_in(
        "safe_files.py",
        "test_safe_files.py",
        (
            "a file takes its place before it is on the disk",
            "        _sync(temporary)\n        os.replace(temporary, path)\n",
            "        os.replace(temporary, path)\n",
            "test_what_takes_the_place_is_on_the_disk_before",
        ),
    ),
    *_in(
        "estimators/base.py",
        "estimators/test_estimators.py",
        (
            "an estimator trains on the held-out samples too",
            "train, labels = rows[~held_out], labels[~held_out]",
            "train = rows",
            "test_held_out_samples_are_not_trained_on",
        ),
        (
            "every fit is that of seed 0",
            "seed = check_random_state(self.random_state).randint(np.iinfo(np.int32).max)",
            "seed = 0",
            "test_one_seed_gives_one_model_and_no_generator_of_the_caller_moves",
        ),
    ),
    *_in(
        "estimators/classifier.py",
        "estimators/test_estimators.py",
        (
            "codes are decoded as another class",
            "self.trained_model_.decoded(codes, np.searchsorted(self.classes_, labels))",
            "self.trained_model_.decoded(codes, np.searchsorted(self.classes_, labels)[::-1])",
            "test_codes_and_classes_decode_to_the_units_of_fit",
        ),
        (
            "a sample without a label counts in the score",
            "right = self.predict(X)[is_labelled] == y[is_labelled]",
            "right = self.predict(X) == y; is_labelled[:] = True",
            "test_a_score_leaves_samples_without_a_label_out",
        ),
        (
            "the text -1 is a class",
            'str(UNLABELLED) if labels.dtype.kind in "US" else UNLABELLED',
            "UNLABELLED",
            "test_minus_one_is_no_label_among_texts_too",
        ),
    ),
    *_in(
        "estimators/clustering.py",
        "estimators/test_estimators.py",
        (
            "a sample is put into its least probable cluster",
            "probabilities.argmax(axis=1)",
            "probabilities.argmin(axis=1)",
            "test_clusters_are_the_most_probable_ones",
        ),
    ),
    *_in(
        "estimators/outliers.py",
        "estimators/test_estimators.py",
        (
            "outliers and others are taken for each other",
            "np.where(self.decision_function(X) < 0, -1, 1)",
            "np.where(self.decision_function(X) < 0, 1, -1)",
            "test_the_score_is_the_sum_of_both_signs_each_standardised_in_training",
        ),
    ),
    *_in(
        "evaluation/outliers.py",
        "evaluation/test_outliers.py",
        (
            "a high density is the sign of an outlier",
            "-np.maximum(np.float64(log_densities), LOWEST)",
            "np.maximum(np.float64(log_densities), LOWEST)",
            "test_a_score_is_minus_the_sum_of_both_signs_each_standardised",
        ),
        (
            "the signs of an outlier are not standardised",
            "-((signs - mean) / std).sum(axis=1)",
            "-(signs - mean).sum(axis=1)",
            "test_a_score_is_minus_the_sum_of_both_signs_each_standardised",
        ),
    ),
    *_in(
        "estimators/scaling.py",
        "estimators/test_scaling.py",
        (
            "every pixel is scaled by a range of its own",
            "rows.reshape(-1, 1)",
            "rows.reshape(len(rows), -1)",
            "test_all_pixels_of_images_share_one_range",
        ),
    ),
    *_in(
        "estimators/trained_model.py",
        "estimators/test_estimators.py",
        (
            "decoded features stay on the model's range",
            "(self._in_batches(self.model.decode, *given) - low) / (high - low)",
            "self._in_batches(self.model.decode, *given) / 2",
            "test_codes_and_classes_decode_to_the_units_of_fit",
        ),
    ),
    *_in(
        "evaluation/encoding.py",
        "evaluation/test_encoding.py",
        (
            "the error of the worst label is taken",
            "_errors(model, batch).min(axis=1)",
            "_errors(model, batch).max(axis=1)",
            "test_the_error_is_that_of_the_label_that_fits_best",
        ),
        (
            "the label that fits worst is the most probable",
            "tf.nn.softmax(-scale * ",
            "tf.nn.softmax(scale * ",
            "test_labels_are_as_probable_as_a_gaussian_says",
        ),
    ),
    *_in(
        "cli/encode.py",
        "cli/test_own_samples.py",
        (
            "the class of a cluster is that of its number",
            "names[label_of_cluster[chosen]]",
            "names[chosen % len(names)]",
            "test_clusters_and_what_they_stand_for_are_written_to_npz",
        ),
        (
            "the probability is that of the least probable class",
            'columns["probability"] = probabilities.max(axis=1)',
            'columns["probability"] = probabilities.min(axis=1)',
            "test_codes_class_probability_and_outlier_score_of_pictures_are_written",
        ),
        (
            "what is no outlier is flagged",
            '"is_outlier": scores < scale.threshold',
            '"is_outlier": scores > scale.threshold',
            "test_codes_class_probability_and_outlier_score_of_pictures_are_written",
        ),
    ),
    *_in(
        "evaluation/training_reference.py",
        "evaluation/test_training_reference.py",
        (
            "classes are not called by their names",
            "np.arange(train.n_classes) if class_names is None else np.array(class_names)",
            "np.arange(train.n_classes)",
            "test_a_kept_reference_is_the_one_that_was_made",
        ),
    ),
    *_in(
        "models/autoencoder.py",
        "models/test_every_kind.py",
        (
            "the way between two images runs backwards",
            "(1 - share) * a + share * b for a, b",
            "share * a + (1 - share) * b for a, b",
            "test_on_the_way_between_two_images_lie_their_reconstructions_and_the_mean_of_their_codes[aae]",
        ),
    ),
    *_in(
        "cli/interpolate.py",
        "cli/test_own_samples.py",
        (
            "both ends are decoded as the class of the first",
            'zip(("first_labels", "second_labels"), labels, strict=True)',
            'zip(("first_labels", "second_labels"), [next(labels)] * 2, strict=True)',
            "test_the_way_between_two_samples_is_drawn",
        ),
    ),
    *_in(
        "visualization/feature_animation.py",
        "visualization/test_feature_animation.py",
        (
            "bars do not move",
            "            bar.set_width(value)\n",
            "            bar.set_width(rows[0, shown][0])\n",
            "test_bars_grow_with_the_values_there_and_back",
        ),
    ),
    *_in(
        "settings.py",
        "test_settings.py",
        (
            "a number at a bound that it must exceed passes",
            "number > self.above",
            "number >= self.above",
            "test_a_value_that_it_may_not_have_is_refused_in_one_line",
        ),
        (
            "infinity is in every range",
            "math.isfinite(number))",
            "not math.isnan(number))",
            "test_a_value_that_it_may_not_have_is_refused_in_one_line",
        ),
        (
            "a value that is no choice passes",
            "value not in (*self.choices, *self.aliases):",
            "value in self.aliases:",
            "test_a_value_that_it_may_not_have_is_refused_in_one_line",
        ),
    ),
    *_in(
        "cli/setting_flags.py",
        "cli/test_setting_flags.py",
        (
            "scripts have flags of settings that none of their models has",
            "if name not in without and any(map(described.is_of, kinds)):",
            "if name not in without:",
            "test_scripts_have_no_flag_of_other_kinds_settings",
        ),
        (
            "a flag of another section is named",
            "sections = [*SECTIONS, section]",
            "sections = list(SECTIONS)[::-1]",
            "test_kinds_are_named_by_the_flags_that_train_them",
        ),
        (
            "a flag takes numbers out of its range",
            "value is None or described.is_within(value)",
            "True",
            "test_a_new_setting_has_a_flag_of_its_name_default_range_and_meaning",
        ),
    ),
    *_in(
        "cli/given.py",
        "cli/test_given.py",
        (
            "a run with late noise may change its length",
            'starts or recorded.get("late_noise_std") is not None',
            "starts",
            "test_the_length_is_fixed_where_something_begins_after_a_share_of_it[begins0]",
        ),
        (
            "a flag younger than a run is taken as if the run had it",
            "younger | recorded if recorded else {}",
            "recorded",
            "test_a_run_older_than_a_flag_had_its_default_and_is_not_resumed_with_another_value",
        ),
    ),
    *_in(
        "models/build.py",
        "cli/test_flags_reach_the_model.py",
        (
            "discriminators drop as many units as the autoencoder",
            ' | {"dropout": config.discriminator_dropout}',
            "",
            "test_flags_of_the_model",
            "test_flags_of_the_second_repository",
        ),
        (
            "images are in one range whatever the output",
            'choose("output", config.output, IMAGE_RANGES)',
            'choose("output", "tanh", IMAGE_RANGES)',
            "test_sigmoid_output_with_squared_error",
        ),
    ),
    *_in(
        "evaluation/training_reference.py",
        "evaluation/test_training_reference.py",
        (
            "a model that trained on counts as the same",
            "                digest.update(np.ascontiguousarray(weight))\n",
            "                digest.update(weight.name.encode())\n",
            "test_a_model_is_another_one_after_a_step_and_the_same_after_it_was_saved",
        ),
    ),
]
