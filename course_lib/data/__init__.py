"""The data sets of the course, most of them as an :class:`ImageSet`, one module a data set.

Two small ones ship with the library and are compared with their checksums on every load; see
``data/README.md`` for where they come from. Others are simulated, or ship with scikit-learn and
scikit-image, or are downloaded once by Keras.
"""

from course_lib.data.creditcard import load_creditcard
from course_lib.data.digits import load_digits
from course_lib.data.emoji import load_emoji
from course_lib.data.faces import load_faces
from course_lib.data.files import data_folder
from course_lib.data.font import load_font, read_font, read_font_header
from course_lib.data.imageset import ImageSet
from course_lib.data.keras_images import load_keras_images
from course_lib.data.nuclei import NucleiScene, NucleiSet, load_nuclei
from course_lib.data.pets import load_pets
from course_lib.data.photographs import load_coins, load_patches, load_photographs
from course_lib.data.pictures import read_pictures
from course_lib.data.transfers import TransferSet, load_transfers

__all__ = [
    "ImageSet",
    "NucleiScene",
    "NucleiSet",
    "TransferSet",
    "data_folder",
    "load_coins",
    "load_creditcard",
    "load_digits",
    "load_emoji",
    "load_faces",
    "load_font",
    "load_keras_images",
    "load_nuclei",
    "load_patches",
    "load_pets",
    "load_photographs",
    "load_transfers",
    "read_font",
    "read_font_header",
    "read_pictures",
]
