"""Former name of what :mod:`course_lib.data` holds."""

from course_lib.data import NucleiScene, NucleiSet, load_nuclei

__all__ = ["NucleiScene", "NucleiSet", "load_nuclei"]
