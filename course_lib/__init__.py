"""What the notebooks of the autoencoder course share: data, noise, metrics, plots and explorers.

Import the parts you need, for instance ``from course_lib import data, metrics``. Importing the
package itself loads nothing else: no TensorFlow, no network, no file.
"""

__version__ = "0.1.0"
