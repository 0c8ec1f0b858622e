"""Traits that say in the library's own words what they accept, whoever sets them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import traitlets

from course_lib._checks import check_choice, check_count


class Count(traitlets.TraitType):
    """A whole number from `least` to `most`, synchronised with the page."""

    def __init__(self, start: int, least: int, most: int) -> None:
        super().__init__(start)
        self.tag(sync=True)
        self._bounds = least, most

    def validate(self, owner: Any, value: Any) -> int:
        """Return the value; raise TypeError or ValueError unless it is such a number."""
        return check_count(self.name, value, *self._bounds)


class Choice(traitlets.TraitType):
    """One of a few words, at first the first of them, synchronised with the page."""

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__(words[0])
        self.tag(sync=True)
        self._words = words

    def validate(self, owner: Any, value: Any) -> str:
        """Return the value; raise TypeError or ValueError unless it is one of the words."""
        check_choice(self.name, value, self._words)
        return value
