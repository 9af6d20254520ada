"""Findings as JUnit XML, for build servers: a suite a return, a test case a finding, or one that passed where there is none.

An error fails its case; a warning without an explanation skips it, as it does not fail the command either; the rest passes.
"""

from collections import Counter
from collections.abc import Sequence
from xml.etree import ElementTree as Tree

from ogi_xlsx.form.findings import ERROR, WARNING
from ogi_xlsx.form.words import plain, say
from ogi_xlsx.render.telling import Told, in_force, tell
from ogi_xlsx.review.verify import UNREADABLE, Judged

_MOST = 2000  # characters of a path, by which programs find the file
_OUTCOMES = {ERROR: "failure", WARNING: "skipped"}


def verify(judged: Sequence[Judged], lang: str) -> str:
    """The result of `verify` as JUnit XML."""
    root = Tree.Element("testsuites", name="ogi-xlsx verify")
    for one in judged:
        root.append(_suite(one, lang))
    Tree.indent(root, " ")
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + Tree.tostring(root, encoding="unicode")


def _suite(one: Judged, lang: str) -> Tree.Element:
    identity = one.returned.identity
    path = plain(one.returned.path, _MOST)
    whose = plain(identity.agency.name) if identity else path
    suite = Tree.Element("testsuite", name=path)
    names: Counter[str] = Counter()
    for told in [tell(finding, one) for finding in one.findings]:
        name = " ".join(part for part in (told.code, told.place) if part)
        names[name] += 1  # some readers keep one case of each name
        case = Tree.SubElement(suite, "testcase", name=name if names[name] == 1 else f"{name} ({names[name]})", classname=whose, file=path)
        _tell(case, told, one, lang)
    if not one.findings:
        Tree.SubElement(suite, "testcase", name=say(f"state_{one.state}")[lang], classname=whose, file=path)
    for count, kind in (("tests", "testcase"), ("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(count, str(sum(1 for _ in suite.iter(kind))))
    if settings := in_force([one]):
        Tree.SubElement(suite, "system-out").text = "\n".join(sentence[lang] for sentence in settings)
    return suite


def _tell(case: Tree.Element, told: Told, one: Judged, lang: str) -> None:
    """The outcome of a case: an `error` where the return could not be judged, else what its grade stands for."""
    text = "\n".join(sentence[lang] for sentence in told.sentences)
    kind = "error" if told.grade == ERROR and one.state == UNREADABLE else _OUTCOMES.get(told.grade)
    about = {"message": told.message[lang]} if kind else {}
    Tree.SubElement(case, kind or "system-out", about).text = text
