"""What the course asks of other packages is what it was run with, and what Colab has."""

import tomllib

import pytest
from colab import LISTED, normal, pins, renew
from conftest import ROOT
from packaging.requirements import Requirement
from packaging.version import Version

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = [Requirement(line) for line in PROJECT["dependencies"]]


@pytest.mark.parametrize("needed", NEEDED, ids=lambda needed: needed.name)
def test_colab_has_what_the_course_needs(needed):
    """`make colab` installs it and looks at what pip would change; this is its quick half."""
    versions = {normal(name): version for name, version in pins().items()}
    assert versions[normal(needed.name)] in needed.specifier


def test_lowest_versions_are_those_of_colab():
    """`make colab` runs every notebook with these, and so with the oldest that are accepted."""
    lowest = {}
    for needed in NEEDED:
        (bound,) = needed.specifier
        assert bound.operator == ">="
        lowest[needed.name] = Version(bound.version)
    assert lowest == {name: Version(pins()[name]) for name in lowest}


def test_renewing_takes_versions_and_date_and_nothing_else(tmp_path):
    copy, freeze = tmp_path / "colab.txt", tmp_path / "pip-freeze.txt"
    copy.write_text(LISTED.read_text())
    rows = [f"{name.replace('_', '-').title()}==9.9" for name in pins()]
    freeze.write_text("\n".join(["other==1.0", *rows]))
    renew(freeze, "2027-01-02", copy)
    assert set(pins(copy)) == set(pins())
    assert set(pins(copy).values()) == {"9.9"}
    assert "2027-01-02" in copy.read_text()
    freeze.write_text("other==1.0")
    with pytest.raises(ValueError, match="anywidget"):
        renew(freeze, "2027-01-02", copy)
    with pytest.raises(ValueError, match="date"):
        renew(freeze, "today", copy)
