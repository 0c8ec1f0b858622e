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
    article = parsed(page(name)).select_one("main")
    silent = [
        img.get("src")
        for img in article.select("img")
        if not img.get("alt", "").strip() or re.search(r"\.(png|svg)$", img["alt"])
    ]
    silent += [
        drawing.parent
        for drawing in article.select(".drawing svg")
        if drawing["role"] != "img" or not drawing["aria-label"].strip()
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


def test_home_page_has_a_card_for_every_chapter(site):
    cards = parsed(page("index")).select(".chapter-map .card")
    slugs = [name.split("/")[1] for name in PAGES if name.startswith("notebooks/")]
    for slug, card in zip(slugs, cards, strict=True):
        assert card.a["href"] == f"chapters/{slug}.html"
        assert card.select_one(".thumbnail svg"), slug
        text = " ".join(card.get_text(" ").split())
        assert re.search(r" \d+ min · notebook \d+ s Needs \w", text), slug


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("chapters/")])
def test_captions_are_numbered_from_one(site, name):
    article = parsed(page(name)).article
    assert article.select("figcaption .caption-number") == []  # those run through the book
    shown = [number.get_text() for number in article.select(".number:not(th, td)")]
    for kind in ("Figure", "Table"):
        numbers = [text for text in shown if text.startswith(kind)]
        assert numbers == [f"{kind} {count}. " for count in range(1, len(numbers) + 1)]
    pictures = article.select("figure:has(figcaption), .notebook-output:has(.notebook-caption) img")
    assert len([text for text in shown if text.startswith("Figure")]) > 0 or not pictures
    if name.replace("chapters/", "notebooks/") in PAGES:
        for table in article.select("table:is(.table, .dataframe, [id^=T_])"):
            output = table.find_parent(class_="notebook-output")
            said = output.select_one(".notebook-caption") if output else table.caption
            assert said and said.get_text().strip().startswith("Table "), table.get_text(
                " ", strip=True
            )[:80]


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("chapters/")])
def test_solutions_open_without_a_script_and_lead_nowhere_else(site, name):
    article = parsed(page(name)).article
    assert article.select("div.dropdown, div.solution, .toggle") == []
    titles = article.select("details.folded > summary")
    assert all(title.get_text().strip() for title in titles)
    assert [title for title in titles if title.a] == []


@pytest.mark.parametrize("name", PAGES)
def test_tables_have_one_form(site, name):
    for table in parsed(page(name)).select("article table:is(.table, .dataframe, [id^=T_])"):
        assert "table-scroll" in table.parent["class"]
        assert not table.has_attr("border")


@pytest.mark.parametrize("name", [name for name in PAGES if name.startswith("chapters/")])
def test_linked_terms_have_their_definition_in_the_page(site, name):
    soup = parsed(page(name))
    links = soup.select("article a[href*='glossary.html#term-']")
    assert [
        link["href"] for link in links if not soup.find(id=f"tip-{link['href'].partition('#')[2]}")
    ] == []
