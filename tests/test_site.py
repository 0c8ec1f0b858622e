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


def test_terms_are_linked_to_the_glossary_once_a_chapter(site):
    terms = {term["id"] for term in parsed(page("chapters/glossary")).select("dt[id]")}
    linked = set()
    for name in [name for name in PAGES if name.startswith("chapters/")]:
        found = [
            link["href"].partition("#")[2]
            for link in parsed(page(name)).select("article p a[href*='glossary.html#term-']")
        ]
        assert len(found) == len(set(found)), name
        linked |= set(found)
    assert terms - linked == set()


@pytest.mark.parametrize("name", PAGES)
def test_pictures_open_in_full_size(site, name):
    # Explorers draw pictures of their own.
    for img in parsed(page(name)).select("article img:not([src^='data:'])"):
        link = img.find_parent("a")
        assert link, img["src"]
        assert link["href"] == img["src"]


def test_home_page_maps_every_chapter_with_its_times(site):
    soup = parsed(page("index")).select_one(".chapter-map")
    chapters = [name for name in PAGES if name.startswith("notebooks/")]
    entries = zip(soup.find_all("dt"), soup.find_all("dd"), strict=True)
    text = [f"{term.a['href']} {entry.get_text().strip()}" for term, entry in entries]
    for name, line in zip(chapters, text, strict=True):
        slug = name.split("/")[1]
        assert re.match(rf"chapters/{slug}.html \d+ minutes, notebook \d+ s. You need \w", line)
