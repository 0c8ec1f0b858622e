"""Simulated fluorescence microscopy with exact masks: nuclei and thin filaments.

What :func:`load_nuclei` draws is set in a :class:`NucleiScene`.

The order of the steps is that of a microscope: bright structures on a dark field, an uneven
background, the blur of the lens, the random arrival of photons (Poisson), the read noise of the
camera (normal). The mask is taken from the geometry, before any of them.
"""

from dataclasses import dataclass, field, fields

import numpy as np
from scipy.ndimage import gaussian_filter

from course_lib._checks import check_count, check_number
from course_lib.data.imageset import ImageSet

# The least and the most of what has other limits than 0 and none.
LIMITS = {
    "size": (16, np.inf),
    "radius": (1, np.inf),
    "elongation": (1, np.inf),
    "photons": (1e-6, np.inf),
    "touching": (0, 1),
    "roughness": (0, 0.3),
}
WHOLE = ("size", "nuclei", "filaments")


@dataclass(frozen=True)
class NucleiScene:
    """What :func:`load_nuclei` draws; lengths in pixels, brightness in units of the white level.

    A pair is the smallest and the largest value; a value is drawn between them for each image or
    structure, evenly unless said otherwise.

    Examples
    --------
    >>> NucleiScene(photons=100.0).photons
    100.0
    """

    size: int = 64
    """Height and width of an image."""
    nuclei: tuple[int, int] = (5, 10)
    """Nuclei in an image."""
    radius: tuple[float, float] = (2.5, 8.0)
    """Mean radius of a nucleus, drawn evenly on a logarithmic scale; small ones are common."""
    elongation: tuple[float, float] = (1.0, 1.7)
    """Long axis of a nucleus divided by its short axis."""
    roughness: float = 0.12
    """Amplitude of the waves on an outline, relative to the radius."""
    brightness: tuple[float, float] = (0.25, 1.0)
    """Brightness of a nucleus; overlapping nuclei add up."""
    texture: float = 0.2
    """Relative standard deviation of the brightness inside a nucleus."""
    touching: float = 0.4
    """Probability that a nucleus is placed against an earlier one, touching or overlapping it."""
    filaments: tuple[int, int] = (1, 3)
    """Filaments in an image."""
    filament_width: tuple[float, float] = (1.5, 2.5)
    """Width of a filament."""
    filament_brightness: tuple[float, float] = (0.35, 0.7)
    """Brightness of a filament."""
    background: tuple[float, float] = (0.05, 0.45)
    """Lowest and highest level that the uneven background may reach."""
    blur: float = 1.0
    """Standard deviation of the lens's point spread function."""
    photons: float = 60.0
    """Mean photon count of a pixel at white level; fewer photons, more noise."""
    read_noise: float = 2.0
    """Standard deviation of the camera's read noise, in photons."""

    def __post_init__(self) -> None:
        """Check every value."""
        for entry in fields(self):
            value = getattr(self, entry.name)
            pair = isinstance(entry.default, tuple)
            if pair and (not isinstance(value, tuple | list) or len(value) != 2):
                raise ValueError(f"{entry.name} must be a pair (smallest, largest), not {value!r}")
            least, most = LIMITS.get(entry.name, (0, np.inf))
            for number in value if pair else (value,):
                check_number(entry.name, number, least, most)
                if entry.name in WHOLE:
                    check_count(entry.name, number, least)
            if pair and value[0] > value[1]:
                raise ValueError(f"{entry.name} must have the smallest first, not {value!r}")


@dataclass(frozen=True, eq=False, repr=False)
class NucleiSet(ImageSet):
    """Simulated images with exact masks; indexing works as in :class:`ImageSet`.

    Attributes
    ----------
    images : float32 array, shape (n, size, size)
        What the camera records, in [0, 1].
    objects : int16 array, shape (n, size, size)
        0 is background, 1, 2, ... the nuclei, -1, -2, ... the filaments. Where structures cross,
        a nucleus hides a filament and a later one hides an earlier one of its kind.
    clean : float32 array, shape (n, size, size)
        The structures' brightness before background, blur and noise.
    """

    objects: np.ndarray = field(kw_only=True)
    clean: np.ndarray = field(kw_only=True)

    def __post_init__(self) -> None:
        """Make the extra fields read-only and check their shape."""
        super().__post_init__()
        for name in ("objects", "clean"):
            values = self._keep_read_only(name, getattr(self, name))
            if values.shape != self.images.shape:
                raise ValueError(
                    f"{name} must have the shape of images, {self.images.shape}, not {values.shape}"
                )

    @property
    def masks(self) -> np.ndarray:
        """Where any structure is, a bool array of shape (n, size, size)."""
        return self.objects != 0

    @property
    def filaments(self) -> np.ndarray:
        """Where a filament is seen, a bool array of shape (n, size, size)."""
        return self.objects < 0


def load_nuclei(n: int, seed: int, scene: NucleiScene | None = None) -> NucleiSet:
    """Simulate `n` fluorescence images of nuclei and filaments, with exact masks.

    Image ``i`` depends on `seed`, ``i`` and `scene` only: a smaller `n` gives the first images of a
    larger one.

    Parameters
    ----------
    n : int
        Number of images, 1 or more.
    seed : int
        0 or more. Sets for training, validation and test need different seeds.
    scene : NucleiScene, optional
        What is drawn and how noisy it is; its defaults are those of the chapter ``unet``.

    Returns
    -------
    NucleiSet
        ``images``, ``masks``, ``objects``, ``filaments`` and ``clean``.

    Raises
    ------
    TypeError
        If `n` or `seed` is not a whole number, or `scene` not a NucleiScene.
    ValueError
        If `n` is less than 1 or `seed` negative.

    Examples
    --------
    >>> nuclei = load_nuclei(3, seed=0)
    >>> nuclei
    NucleiSet(3 images of 64 x 64, float32)
    >>> bool((nuclei.masks == (nuclei.objects != 0)).all())
    True
    """
    check_count("n", n)
    check_count("seed", seed, least=0)
    scene = NucleiScene() if scene is None else scene
    if not isinstance(scene, NucleiScene):
        raise TypeError(f"scene must be a NucleiScene, not {scene!r}")
    drawn = [_draw(np.random.default_rng([int(seed), i]), scene) for i in range(n)]
    images, objects, clean = (np.stack(parts) for parts in zip(*drawn, strict=True))
    names = [f"image {i}" for i in range(n)]
    return NucleiSet(images, names, None, objects=objects, clean=clean)


def _draw(rng: np.random.Generator, scene: NucleiScene):
    """Return one image, its objects and its clean picture."""
    size = scene.size
    rows, columns = np.mgrid[:size, :size].astype("float64")
    objects = np.zeros((size, size), "int16")
    clean = np.zeros((size, size))

    for k in range(rng.integers(scene.filaments[0], scene.filaments[1] + 1)):
        width = rng.uniform(*scene.filament_width)
        depth = width / 2 - _distance_to_curve(_curve(rng, size), rows, columns)
        # Coverage of a pixel falls from 1 to 0 over one pixel at the outline.
        light = np.clip(depth + 0.5, 0, 1) * rng.uniform(*scene.filament_brightness)
        clean = np.maximum(clean, light)
        objects[depth > 0] = -1 - k

    placed = []
    for k in range(rng.integers(scene.nuclei[0], scene.nuclei[1] + 1)):
        radius = np.exp(rng.uniform(*np.log(scene.radius)))
        centre = _place(rng, scene, placed, radius)
        placed.append((centre, radius))
        depth = _depth_in_nucleus(rng, scene, rows - centre[0], columns - centre[1], radius)
        light = np.clip(depth + 0.5, 0, 1) * rng.uniform(*scene.brightness)
        clean = clean + light * _texture(rng, size, scene.texture)
        objects[depth > 0] = 1 + k

    light = gaussian_filter(clean + _background(rng, scene, rows, columns), scene.blur)
    counts = rng.poisson(scene.photons * light) + rng.normal(0, scene.read_noise, light.shape)
    image = np.clip(counts / scene.photons / 1.5, 0, 1)  # the camera saturates at 1.5 times white
    return image.astype("float32"), objects, clean.astype("float32")


def _place(rng, scene, placed, radius):
    """Return the centre of the next nucleus: anywhere, or against an earlier one."""
    if placed and rng.random() < scene.touching:
        (row, column), other = placed[rng.integers(len(placed))]
        angle = rng.uniform(0, 2 * np.pi)
        apart = rng.uniform(0.7, 1.05) * (radius + other)
        return row + apart * np.sin(angle), column + apart * np.cos(angle)
    return tuple(rng.uniform(0, scene.size, 2))


def _depth_in_nucleus(rng, scene, down, right, radius):
    """Return how deep each pixel lies inside a wavy ellipse, about in pixels; negative outside."""
    stretch = np.sqrt(rng.uniform(*scene.elongation))
    tilt = rng.uniform(0, np.pi)
    along = (right * np.cos(tilt) + down * np.sin(tilt)) / stretch
    across = (down * np.cos(tilt) - right * np.sin(tilt)) * stretch
    angle = np.arctan2(across, along)
    outline = 1.0
    for waves in (2, 3, 5):
        share = rng.normal(0, scene.roughness / waves)
        outline = outline + share * np.cos(waves * angle + rng.uniform(0, 2 * np.pi))
    return radius * outline - np.hypot(along, across)


def _texture(rng, size, amount):
    """Return a smooth random factor with mean about 1."""
    waves = gaussian_filter(rng.normal(size=(size, size)), 1.5, mode="wrap")
    return np.clip(1 + amount * waves / waves.std(), 0.2, None)


def _curve(rng, size):
    """Return 17 points on a smooth curve through the image, shape (17, 2)."""
    start, end = rng.uniform(0, size, (2, 2))
    if np.hypot(*(end - start)) < size / 2:  # a filament is long
        end = start + (end - start) * size / 2 / max(np.hypot(*(end - start)), 1.0)
    bend = (start + end) / 2 + rng.normal(0, size / 6, 2)
    t = np.linspace(0, 1, 17)[:, None]
    return (1 - t) ** 2 * start + 2 * t * (1 - t) * bend + t**2 * end


def _distance_to_curve(points, rows, columns):
    """Return each pixel's distance to the nearest segment between successive points."""
    nearest = np.full(rows.shape, np.inf)
    for start, step in zip(points[:-1], np.diff(points, axis=0), strict=True):
        down, right = rows - start[0], columns - start[1]
        along = np.clip((down * step[0] + right * step[1]) / (step**2).sum(), 0, 1)
        squared = (down - along * step[0]) ** 2 + (right - along * step[1]) ** 2
        nearest = np.minimum(nearest, squared)
    return np.sqrt(nearest)


def _background(rng, scene, rows, columns):
    """Return a slope and a broad hump, between the two levels of the scene."""
    low, high = scene.background
    slope = np.cos(angle := rng.uniform(0, 2 * np.pi)) * rows + np.sin(angle) * columns
    centre = rng.uniform(0, scene.size, 2)
    hump = np.exp(-((rows - centre[0]) ** 2 + (columns - centre[1]) ** 2) / (0.4 * scene.size) ** 2)
    field = (slope - slope.min()) / np.ptp(slope) + rng.uniform(0, 1.5) * hump
    field = (field - field.min()) / np.ptp(field)
    return low + (high - low) * rng.uniform(0.3, 1) * field
