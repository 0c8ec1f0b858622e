"""The files of the built book: links lead somewhere, and no page asks another host for anything."""

import re
from functools import cache
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from conftest import SITE, toc_files

PAGES = [*toc_files(), "search", "genindex"]
# Attributes by which a page loads something, as opposed to a link that a reader follows.
LOADS = [
    ("script", "src"),
    ("img", "src"),
    ("img", "srcset"),
    ("iframe", "src"),
    ("source", "src"),
    ("video", "src"),
    ("object", "data"),
    ("embed", "src"),
]
LOADING_LINKS = {"stylesheet", "preload", "icon", "shortcut icon", "modulepreload", "prefetch"}


@cache
def parsed(path):
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


def page(name):
    return SITE / f"{name}.html"


@pytest.mark.parametrize("name", PAGES)
def test_internal_links_and_anchors_lead_somewhere(site, name):
    path, broken = page(name), []
    for link in parsed(path).find_all("a", href=True):
        url = urlsplit(link["href"])
        if url.scheme or url.netloc:
            continue
        target = path if not url.path else (path.parent / unquote(url.path)).resolve()
        if target.is_dir():
            target = target / "index.html"
        if not target.is_file():
            broken.append(link["href"])
        elif url.fragment and target.suffix == ".html" and url.fragment != "__top":
            soup = parsed(target)
            anchor = unquote(url.fragment)
            if not soup.find(id=anchor) and not soup.find("a", attrs={"name": anchor}):
                broken.append(link["href"])
    assert broken == []


@pytest.mark.parametrize("name", PAGES)
def test_page_loads_nothing_from_another_host(site, name):
    soup = parsed(page(name))
    loaded = [
        tag[attribute]
        for tag_name, attribute in LOADS
        for tag in soup.find_all(tag_name)
        if (attribute in tag.attrs)
    ]
    loaded += [
        tag["href"]
        for tag in soup.find_all("link", href=True)
        if LOADING_LINKS & {" ".join(tag.get("rel", []))}
    ]
    assert [url for url in loaded if re.match(r"(https?:)?//", url)] == []


@pytest.mark.parametrize("name", PAGES)
def test_style_sheets_load_nothing_from_another_host(site, name):
    for style in parsed(page(name)).find_all("style"):
        assert not re.search(r"url\(['\"]?(https?:)?//|@import", style.get_text())


@pytest.mark.parametrize("name", PAGES)
def test_every_picture_says_what_it_shows(site, name):
    silent = [
        img.get("src")
        for img in parsed(page(name)).select("article img")
        if not img.get("alt", "").strip() or re.search(r"\.(png|svg)$", img["alt"])
    ]
    assert silent == []
