"""Finds, on a saved web page, the part that is the report: what surrounds it are menus, lists of other pages and footers."""

import re
from collections.abc import Mapping
from typing import Any

from ogi_xlsx.form.words import section
from ogi_xlsx.published.readers import page_looks
from ogi_xlsx.returns.prose import heading

_ASIDE = ("rt", "rp")  # how characters are pronounced
_ELSE = ("canvas", "video", "audio", "progress", "meter", "noframes", "noembed")  # whose text browsers show that know them not
_NO_TEXT = (
    "script",
    "style",
    "noscript",
    "template",
    "head",
    "xml",
    "object",
    "select",
    "option",
    "textarea",
    "button",
    "svg",
    "iframe",
    "datalist",
    *_ELSE,
    *_ASIDE,
)
_FEW = 200  # characters beside the tables that a report has at least
_STEPS = 9  # outwards, until that much text is inside
_TITLE = re.compile("报告|年报")
_TABLE_WORDS = 3  # that a table of the report holds at least
_SPACE = re.compile(r"\s+")


def clear(root: Any) -> tuple[dict[str, str], Mapping[Any, Mapping[str, str]]]:
    """Drop what a browser does not show.

    Gives back what the page says of itself (title, date and body, where it does), and of how its elements look.
    """
    from lxml import etree

    told = _told(root)
    looks = page_looks.drop_hidden(root)
    for row in list(root.iter("tr")):
        if _is_no_row(row):
            row.tag = "script"
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, etree.Entity, *_NO_TEXT, with_tail=False)
    page_looks.set_apart(root, looks)
    return told, looks


def _is_no_row(element: Any) -> bool:
    """Whether a row is the one without height by which Word tells the widths of columns."""
    return element.get("height") == "0" and not _text(element)


def _told(root: Any) -> dict[str, str]:
    """Title, date and body as a page's head names them, each on one line."""
    metas = {str(meta.get("name") or "").lower(): str(meta.get("content") or "") for meta in root.iter("meta")}
    titles = (metas.get("articletitle", ""), *("".join(one.itertext()) for tag in ("h1", "title") for one in root.iter(tag)))
    told = {"title": next((title for title in titles if title.strip()), ""), "date": metas.get("pubdate", ""), "body": metas.get("contentsource", "")}
    return {name: _SPACE.sub(" ", text).strip() for name, text in told.items() if text.strip()}


def article(root: Any, tables: list[Any], lines: list[tuple[Any, str]]) -> Any:
    """The smallest element around the tables and headings of a report; the whole page where there are hardly any.

    `lines` are lines of text, each with the element in which it begins.
    """
    words = section("published.toml", "read")["table_words"]
    marks = [table for table in tables if sum(word in _text(table) for word in words) >= _TABLE_WORDS]
    marks += [element for element, line in lines if heading(line)]
    if len(marks) < 2:
        return root
    around = _common(marks)
    for _ in range(_STEPS):
        held = set(around.iter())
        if around is root or sum(len(line) for element, line in lines if element in held) >= _FEW:
            return around
        around = around.getparent()
    return root


def _text(element: Any) -> str:
    return _SPACE.sub("", "".join(element.itertext()))


def _common(elements: list[Any]) -> Any:
    """The element that holds all of these, itself none of them."""
    path = [*elements[0].iterancestors()][::-1]
    for element in elements[1:]:
        theirs = [*element.iterancestors()][::-1]
        path = path[: next((at for at, (a, b) in enumerate(zip(path, theirs, strict=False)) if a is not b), min(len(path), len(theirs)))]
    return path[-1]


def has_title(lines: list[str]) -> bool:
    """Whether a report's title is among its first lines."""
    return any(_TITLE.search(line) and len(line) < 100 for line in lines)
