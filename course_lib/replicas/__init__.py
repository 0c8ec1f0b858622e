"""Train R independently initialised copies of a small network as one Keras model.

A network of a few hundred weights leaves a processor idle most of the time: one training of thirty
seeds costs hardly more than one of a single seed. Every weight array here has a first axis that
counts **replicas**, and one compiled loop trains them all. The replicas do not influence each
other: each has its own weights, and Adam scales every weight by its own gradients only.

Inside a Keras model an array is (batch, replicas, features), since Keras wants the batch first.
Outside, the axis of replicas comes first, everywhere in the course: :func:`predict` translates.

Taught in the chapter "The undercomplete autoencoder" (``chapters/undercomplete.md``).
"""

from course_lib.replicas.layer import ReplicaDense
from course_lib.replicas.model import build_mlp, predict, replica, split
from course_lib.replicas.training import fit

__all__ = ["ReplicaDense", "build_mlp", "fit", "predict", "replica", "split"]
