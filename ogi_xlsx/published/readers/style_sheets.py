"""What the style sheets within a web page and its elements' own styles say of how text looks, as far as that makes another number of it.

Sheets elsewhere are not loaded, and nothing can be known of them.
"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

_SETTING = ("display", "visibility", "opacity", "font-size", "vertical-align", "text-decoration", "position", "top", "bottom", "mso-hide", "mso-text-raise")
_LOOKS = (*_SETTING, "color", "background", "background-color", "overflow", "height", "width", "text-indent", "clip", "clip-path")
_SAME = {"text-decoration-line": "text-decoration"}
_SHOWN_ON = ("screen", "all")

Declared = tuple[tuple[str, str, bool], ...]  # properties with their values, and whether they are important, in order


def looks(root: Any, sheets: Iterable[str]) -> dict[Any, Mapping[str, str]]:
    """What is said of how each element looks; of those alone of which something is said."""
    from cssselect2 import ElementWrapper

    rules = _rules(sheets)
    found = {}
    for element in ElementWrapper.from_html_root(root).iter_subtree():
        declared = [one for _, _, _, declared in rules.match(element) for one in declared]
        declared += _declared(element.etree_element.get("style") or "")
        if declared:
            found[element.etree_element] = _in_force(declared)
    return found


def own(element: Any) -> Mapping[str, str]:
    """What an element's own style says."""
    return _in_force(_declared(element.get("style") or ""))


def holds_for(media: str) -> bool:
    """Whether a list of media names any screen, whatever its size.

    >>> holds_for("screen, print"), holds_for("only screen and (max-width: 600px)"), holds_for("print")
    (True, False, False)
    """
    return any(one.strip().removeprefix("only ").strip() in _SHOWN_ON for one in media.lower().split(","))


def _rules(sheets: Iterable[str]) -> Any:
    """The rules of all sheets that hold for any screen, by what they ask of an element."""
    import tinycss2
    from cssselect2 import Matcher, SelectorError, compile_selector_list

    found = Matcher()
    waiting = [rule for sheet in sheets for rule in tinycss2.parse_stylesheet(sheet, skip_comments=True, skip_whitespace=True)]
    waiting.reverse()
    while waiting:
        rule = waiting.pop()
        if rule.type == "at-rule" and rule.lower_at_keyword == "media" and rule.content and holds_for(tinycss2.serialize(rule.prelude)):
            waiting += reversed(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif rule.type == "qualified-rule" and (declared := _of_interest(tinycss2.parse_blocks_contents(rule.content))):
            try:
                selectors = compile_selector_list(rule.prelude)
            except (SelectorError, RecursionError):  # a browser leaves such a rule out, too
                continue
            for selector in selectors:
                if selector.pseudo_element is None:
                    found.add_selector(selector, declared)
    return found


@lru_cache(10_000)
def _declared(style: str) -> Declared:
    """What an element's own style says; most elements of a page share theirs with others."""
    import tinycss2

    return _of_interest(tinycss2.parse_blocks_contents(style)) if style else ()


def _of_interest(nodes: Iterable[Any]) -> Declared:
    import tinycss2

    try:
        return tuple(
            (name, " ".join(tinycss2.serialize([part for part in node.value if part.type != "comment"]).lower().split()), node.important)
            for node in nodes
            if node.type == "declaration" and (name := _SAME.get(node.lower_name, node.lower_name)) in _LOOKS
        )
    except RecursionError:  # brackets by the thousand: no style that any page has
        return ()


def _in_force(declared: Iterable[tuple[str, str, bool]]) -> Mapping[str, str]:
    """What is in force of declarations that are in the order of their weight, but for the important ones."""
    every = list(declared)
    return {name: value for weight in (False, True) for name, value, important in every if important == weight}
