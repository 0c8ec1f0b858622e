"""The page about the library: every public name is on it, and a new docstring reaches it."""

import importlib

import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from extension import library

# Packages say themselves what is public; of the modules these names are promised to outside users.
PUBLIC = {
    "data": None,
    "explore": None,
    "metrics": None,
    "plots": None,
    "convolution": None,
    "generative": None,
    "evidence": ["hold_bounds", "measured"],
    "noise": ["flip", "gaussian", "salt_and_pepper"],
    "replicas": ["ReplicaDense", "build_mlp", "fit", "predict", "replica", "split"],
    "sweep": ["sweep"],
    "vae": ["Sampling", "VAE", "bernoulli_nll", "gaussian_nll", "kl_divergence", "split_kl"],
}


@pytest.mark.parametrize("module", PUBLIC)
def test_every_public_name_is_on_the_page(site, module):
    page = BeautifulSoup((site / "chapters/library.html").read_text("utf-8"), "html.parser")
    names = PUBLIC[module] or importlib.import_module(f"course_lib.{module}").__all__
    # An entry, or for constants and names that are kept at two places the name in the text.
    entries = {tag["id"].rpartition(".")[2] for tag in page.select("dt.sig[id]")}
    section = page.find(id=f"module-course_lib.{module}").find_parent("section")
    texts = {tag.get_text() for tag in section.select("p > code")}
    assert [name for name in names if name not in entries | texts] == []


def test_page_links_each_module_to_a_chapter():
    text = (ROOT / "chapters" / "library.md").read_text(encoding="utf-8")
    sections = text.split("\n## ")[1:]
    assert [part.splitlines()[0] for part in sections if ".md)" not in part] == []
    for module in PUBLIC:
        assert f".. automodule:: course_lib.{module}\n" in text


def test_docstring_is_folded_behind_its_summary():
    lines = ["Summary over", "two lines.", "", "More.", "", ":raises ValueError: If so.", ""]
    library.fold(None, "function", "f", None, None, lines)
    assert lines == [
        "Summary over",
        "two lines.",
        "",
        ".. dropdown:: Details",
        "   ",
        "   More.",
        "   ",
        "   :Raises ValueError: If so.",
        "   ",
    ]
    lines = ["Summary.", ""]
    library.fold(None, "function", "f", None, None, lines)
    assert lines == ["Summary.", ""]


def test_no_entry_has_words_that_python_made_up(site):
    assert "Alias for field number" not in (site / "chapters/library.html").read_text("utf-8")
