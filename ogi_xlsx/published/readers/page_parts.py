"""Finds, on a saved web page, the part that is the report: what surrounds it are menus, lists of other pages and footers."""

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

from ogi_xlsx.form import marked
from ogi_xlsx.form.words import section
from ogi_xlsx.returns.prose import heading

_HIDDEN = re.compile(r"display\s{0,9}:\s{0,9}none|visibility\s{0,9}:\s{0,9}hidden|mso-hide\s{0,9}:\s{0,9}all", re.IGNORECASE)
_SET = {"sup": "raised", "sub": "lowered", "s": "struck", "strike": "struck", "del": "struck"}  # how elements set their text apart
_SET_BY_STYLE = {
    "raised": re.compile(r"vertical-align\s{0,9}:\s{0,9}super", re.IGNORECASE),
    "lowered": re.compile(r"vertical-align\s{0,9}:\s{0,9}sub", re.IGNORECASE),
    "struck": re.compile(r"text-decoration[a-z-]{0,20}\s{0,9}:[^;]{0,60}line-through", re.IGNORECASE),
}
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff]")  # which lxml reads, but does not write
_CELLS = ("table", "tr", "td", "th")  # of which styles for a line of text say nothing
_ASIDE = ("rt", "rp")  # how characters are pronounced
_NO_TEXT = ("script", "style", "noscript", "template", "head", "xml", "object", "select", "option", "textarea", "button", "svg", "iframe", "datalist", *_ASIDE)
_FEW = 200  # characters beside the tables that a report has at least
_STEPS = 9  # outwards, until that much text is inside
_TYPED = ("text", "number")  # fields that show what is typed into them: cells of a form that was saved as a page
_TITLE = re.compile("报告|年报")
_TABLE_WORDS = 3  # that a table of the report holds at least
_SPACE = re.compile(r"\s+")


def clear(root: Any) -> dict[str, str]:
    """Drop what a browser does not show, and give back what the page says of itself: title, date and body, where it does."""
    from lxml import etree

    told = _told(root)
    for element in root.iter(etree.Element):
        if element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") or _is_no_row(element):
            element.tag = "script"
        elif element.tag == "input" and (element.get("type") or "text").lower() in _TYPED and next(element.iterancestors("td", "th"), None) is not None:
            element.tail = _CONTROL.sub("", element.get("value") or "") + (element.tail or "")
    etree.strip_elements(root, etree.Comment, etree.ProcessingInstruction, etree.Entity, *_NO_TEXT, with_tail=False)
    _set_apart(root)
    return told


def _set_apart(root: Any) -> None:
    """Make plain text of what is raised, lowered or struck out."""
    from lxml import etree

    within: Counter[str] = Counter()
    for event, element in etree.iterwalk(root, events=("start", "end")):
        ways = _ways(element)
        if event == "start":
            within.update(ways)
            if (text := _as_set(element.text, within)) != element.text:
                element.text = text
        else:
            within.subtract(ways)
            if (text := _as_set(element.tail, within)) != element.tail:
                element.tail = text


def _ways(element: Any) -> set[str]:
    """The ways in which an element sets its text apart."""
    style = element.get("style") if element.tag not in _CELLS else None
    found = {way for way, pattern in _SET_BY_STYLE.items() if pattern.search(style)} if style else set()
    return found | {_SET[element.tag]} if element.tag in _SET else found


def _as_set(text: str | None, within: Mapping[str, int]) -> str | None:
    for way, set_apart in (("raised", marked.raised), ("lowered", marked.lowered), ("struck", marked.struck)):
        text = set_apart(_CONTROL.sub("", text)) if text and within[way] else text
    return text


def _is_no_row(element: Any) -> bool:
    """Whether an element is the row without height by which Word tells the widths of columns."""
    return element.tag == "tr" and element.get("height") == "0" and not _text(element)


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
