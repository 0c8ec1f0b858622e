"""The variational autoencoder: sampling layer, its two likelihoods, and the model.

Taught in the chapter "The variational autoencoder" (``chapters/variational.md``). Its notebook
shows the plain model, with the same :class:`Sampling` and the same loss for binary pixels. What
this one adds is a choice of the likelihood, a learned sigma, a condition, and replicas.

Nothing here asks how encoder and decoder are made. An axis of replicas between batch and features
(:mod:`course_lib.replicas`) is carried along: each replica then has its own loss.
"""

from course_lib.vae.bounds import log_weights, split_kl
from course_lib.vae.model import VAE, Sampling
from course_lib.vae.terms import bernoulli_nll, gaussian_nll, kl_divergence

__all__ = [
    "VAE",
    "Sampling",
    "bernoulli_nll",
    "gaussian_nll",
    "kl_divergence",
    "log_weights",
    "split_kl",
]
