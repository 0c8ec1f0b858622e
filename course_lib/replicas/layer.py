"""A dense layer for every replica, and the check of names that Keras knows."""

import math
import random
from collections.abc import Callable, Sequence

import numpy as np

# isort: off
import course_lib.quiet  # noqa: F401  silences TensorFlow's start-up log, so it comes first
import keras
from keras import ops
# isort: on

from course_lib._checks import check_count

FEW = 32
"""Up to this many weights, a layer multiplies and adds instead of calling a matrix product."""


@keras.saving.register_keras_serializable(package="course_lib")
class ReplicaDense(keras.layers.Layer):
    """A dense layer for every replica, from (batch, replicas, features) to the same with units.

    Replica ``r`` computes ``activation(x[:, r] @ kernel[r] + bias[r])``. An input of the shape
    (batch, features) is shared by all replicas. Kernels start from the
    uniform distribution of Glorot and Bengio (2010, equation 16), with the fan-in and fan-out of
    one replica; biases start at 0. Replica ``r`` starts from the same weights however many
    replicas there are.

    Parameters
    ----------
    units : int
        Outputs of each replica.
    replicas : int
        Number of copies, the length of the middle axis.
    activation : str, callable or None
        As in :class:`keras.layers.Dense`; None is the identity.
    seed : int, sequence of int or None
        Fixes the initial kernels. None draws a seed from :mod:`random`, which
        :func:`keras.utils.set_random_seed` fixes.
    **kwargs
        Passed to :class:`keras.layers.Layer`, for instance ``name``.

    Raises
    ------
    ValueError
        If `units` or `replicas` is not a whole number of 1 or more, or the input has
        neither shape.

    Examples
    --------
    >>> layer = ReplicaDense(4, replicas=3, seed=0)
    >>> tuple(layer(np.ones((8, 3, 5))).shape)
    (8, 3, 4)
    """

    def __init__(
        self,
        units: int,
        replicas: int,
        activation: str | Callable | None = None,
        seed: int | Sequence[int] | None = None,
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units = check_count("units", units)
        self.replicas = check_count("replicas", replicas)
        self.activation = check_activation("activation", activation)
        if seed is not None:
            for number in seed if isinstance(seed, list | tuple) else (seed,):
                check_count("seed", number, least=0)
        self.seed = random.randrange(2**31) if seed is None else seed

    def build(self, input_shape):
        """Create the weights for the features of an input of the shape `input_shape`."""
        if len(input_shape) not in (2, 3) or (
            len(input_shape) == 3 and input_shape[1] != self.replicas
        ):
            raise ValueError(
                f"ReplicaDense with replicas={self.replicas} needs an input of shape "
                f"(batch, {self.replicas}, features) or (batch, features), not {tuple(input_shape)}"
            )
        shape = (self.replicas, input_shape[-1], self.units)
        limit = math.sqrt(6 / (shape[1] + shape[2]))
        kernel = np.random.default_rng(self.seed).uniform(-limit, limit, shape)
        self.kernel = self.add_weight(
            name="kernel", shape=shape, initializer=keras.initializers.Constant(kernel)
        )
        self.bias = self.add_weight(
            name="bias", shape=(self.replicas, self.units), initializer="zeros"
        )

    def call(self, inputs):
        """Apply every replica to its own slice of the middle axis, or all to the shared input."""
        _, features, units = self.kernel.shape
        if len(inputs.shape) == 2:
            products = ops.einsum("bi,rio->bro", inputs, self.kernel)
        elif features * units <= FEW:  # XLA fuses this; a call for each tiny product costs more
            products = ops.sum(inputs[..., None] * self.kernel, axis=2)
        else:
            products = ops.einsum("bri,rio->bro", inputs, self.kernel)
        return self.activation(products + self.bias)

    def compute_output_shape(self, input_shape):
        """Return (batch, replicas, units)."""
        return (input_shape[0], self.replicas, self.units)

    def get_config(self):
        """Return what the constructor needs to build the layer again."""
        return super().get_config() | {
            "units": self.units,
            "replicas": self.replicas,
            "activation": keras.activations.serialize(self.activation),
            "seed": self.seed,
        }


def check_activation(argument: str, activation: str | Callable | None) -> Callable:
    """Return an activation by its name or as it is."""
    return known(argument, activation, keras.activations.get, none=True)


def known(argument: str, value: str | Callable | None, get: Callable, none: bool = False):
    """Return what Keras knows by the name `value`, or `value` if it is a function."""
    if not (isinstance(value, str) or callable(value) or (none and value is None)):
        raise TypeError(f"{argument} must be a name that Keras knows or a function, not {value!r}")
    try:
        return get(value)
    except ValueError:
        raise ValueError(f"{argument} must be a name that Keras knows, not {value!r}") from None
