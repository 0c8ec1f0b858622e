"""What the notebooks of the autoencoder course share: data, noise, metrics, plots and explorers.

Import the parts you need, for instance ``from course_lib import data, metrics``. Importing the
package itself loads nothing else: no TensorFlow, no network, no file.

Chance has one rule. A function that adds noise to what it is given, or estimates by draws, takes
``rng``, a :class:`numpy.random.Generator`, so that one generator can serve a whole notebook. What
makes a data set, a layer or a model takes ``seed``, a whole number: the same seed makes the same
thing. Layers and models also take ``seed=None``, a seed from what
:func:`keras.utils.set_random_seed` fixes. All else gives the same in each call.
"""

__version__ = "0.1.0"
