"""Explorers: figures that a reader plays with, in a page, in JupyterLab and in Colab.

Each explorer is a widget whose values Python can read, and at the same time a piece of HTML that
needs neither Python nor a network. Importing this package does not import TensorFlow or Keras;
models arrive as arguments.
"""

from ._live import live_only
from .comparison import ComparisonExplorer
from .convolution import ConvolutionExplorer
from .glyph import GlyphEditor
from .inception import InceptionExplorer
from .interpolation import InterpolationExplorer
from .latent import LatentExplorer
from .mask import MaskExplorer
from .sensitivity import SensitivityExplorer
from .sweep import SweepExplorer
from .threshold import ThresholdExplorer
from .training import TrainingExplorer
from .units import UnitsExplorer

__all__ = [
    "ComparisonExplorer",
    "ConvolutionExplorer",
    "GlyphEditor",
    "InceptionExplorer",
    "InterpolationExplorer",
    "LatentExplorer",
    "MaskExplorer",
    "SensitivityExplorer",
    "SweepExplorer",
    "ThresholdExplorer",
    "TrainingExplorer",
    "UnitsExplorer",
    "live_only",
]
