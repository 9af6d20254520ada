"""The HTML pages as documents: whole by themselves, the same in both languages, and nothing of a file is markup in them."""

import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from boards import ANHAI, CIZAO, EDUCATION, MANY, UNBALANCED, of, roster, sent

from ogi_xlsx.county.board import BOARD_STATES, DUPLICATE
from ogi_xlsx.county.terms import Terms
from ogi_xlsx.form.edition import SEVERITIES
from ogi_xlsx.form.findings import found
from ogi_xlsx.form.words import Sentence, section, template_folder
from ogi_xlsx.render import page, text
from ogi_xlsx.render.telling import EXPLAINED
from ogi_xlsx.returns.returned import Return
from ogi_xlsx.review.verify import STATES, verify

NOW = datetime(2026, 1, 14, 17)
VOID = {"meta", "input", "br", "img", "link"}
HOSTILE = "</script></title><script>alert(1)</script><i onclick=x>{{7*7}}{% raw %}&amp;\"'\u202e\x1b[31m镇"
STYLE = (template_folder() / "page" / "style.css").read_text(encoding="utf-8")


class Outline(HTMLParser):
    """The elements of a page; fails where one is not closed in its turn."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(content)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def results(*returns: Return, lang: str = "zh") -> str:
    return page.verify(verify(returns or [sent(ANHAI), sent(CIZAO, UNBALANCED), sent(EDUCATION, MANY)], "native"), NOW, lang)


def board() -> str:
    told = of([sent(ANHAI), sent(CIZAO, path="收回/一.xlsx"), sent(CIZAO, UNBALANCED, path="收回/二.xlsx")], others=["收回/教育局盖章.pdf"])
    return page.status(told, Terms(), NOW)


def renamed(name: str, cells: str = UNBALANCED) -> Return:
    returned = sent(ANHAI, cells, path=f"收/{name}")
    returned.identity = replace(returned.identity, agency=replace(returned.identity.agency, name=name))
    return returned


@pytest.mark.parametrize("content", [results(), board()], ids=["verify", "status"])
def test_page_is_whole_by_itself(content):
    outline = Outline(content)
    assert not [value for _, attributes in outline.elements for name, value in attributes.items() if name in ("src", "style") or name.startswith("on")]
    assert all(str(one["href"]).startswith("#") for one in outline.all("a")) and not outline.all("link") and "http:" not in content and "https:" not in content
    (policy,) = [one["content"] for one in outline.all("meta") if one.get("http-equiv")]
    assert str(policy).startswith("default-src 'none';") and "unsafe" not in str(policy)
    ids = [attributes["id"] for _, attributes in outline.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    for attributes in (attributes for _, attributes in outline.elements):
        assert {attributes[name] for name in ("for", "aria-labelledby") if name in attributes} <= set(ids)
    assert len(outline.all("h1")) == len(outline.all("main")) == 1


@pytest.mark.parametrize("content", [results(), board()], ids=["verify", "status"])
def test_every_text_stands_in_both_languages(content):
    chinese, english = (re.findall(rf'<(?:span|pre) class="(?:paste )?{half}"', content) for half in ("zh", "en"))
    assert len(chinese) == len(english) > 20
    outline = Outline(content)
    both = [attributes for _, attributes in outline.elements if "data-zh" in attributes]
    assert both and all(attributes["data-zh"] and attributes["data-en"] for attributes in both)


def test_page_opens_in_the_language_asked_for():
    assert Outline(results()).all("html") == [{"lang": "zh-CN"}]
    english = results(lang="en")
    assert Outline(english).all("html") == [{"lang": "en"}] and ">Verification of the tables of the annual report</title>" in english


def test_page_says_what_the_text_says():
    judged = verify([sent(ANHAI), sent(CIZAO, UNBALANCED), sent(EDUCATION, MANY)], "native")
    content = results()
    for line in text.verify(judged, "zh").splitlines():
        if line.startswith(("     ", "共")):
            assert line.strip() in content
    assert content.count('class="finding"') == sum(len(one.findings) for one in judged)


@pytest.mark.parametrize("content", [results(renamed(HOSTILE)), page.status(of([renamed(HOSTILE)]), Terms(), NOW)], ids=["verify", "status"])
def test_nothing_of_a_file_is_markup(content):
    outline = Outline(content)
    assert len(outline.all("script")) == 1 and not outline.all("i")
    assert not [name for _, attributes in outline.elements for name in attributes if name.startswith("on")]
    assert "49" not in re.sub(r"sha256-\S+|<style>.*?</style>|<script>.*?</script>", "", content, flags=re.S)
    assert "\x1b" not in content and "\u202e" not in content
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in content


def test_messages_explanations_and_reminders_of_a_file_are_no_markup_either():
    returned = sent(ANHAI)
    returned.findings.append(
        replace(found("S103", reason="缺少部件"), message=Sentence("<i>", "<i>"), hint=Sentence("<i>", "<i>"), explanation="<i>", sheet="<i>")
    )
    assert not Outline(results(returned)).all("i")
    assert not Outline(page.status(of([], roster("<i>镇")), Terms(contact="<i>"), NOW)).all("i")


def test_board_tells_files_times_sums_differences_and_what_may_have_been_sent():
    content = re.sub(r"<[^>]+>", "", board())
    for told in (
        "应报3 已收2",
        "文件时间，仅供参考",
        "2026-01-12 17:03",
        "疑似已交（非电子报表）：教育局盖章.pdf",
        "1格不同：",
        "重复待定",
        "control sum 6",
        "群消息",
    ):
        assert told in content


def test_board_lists_strays_with_a_guess_that_is_called_one():
    told = of([Return("收/磁灶镇.xls", findings=[found("S103", reason="缺少部件")])])
    content = re.sub(r"<[^>]+>", "", page.status(told, Terms(), NOW))
    assert "不属于任何单位的文件（1）" in content and "按文件名猜测可能是磁灶镇人民政府的" in content


def test_no_page_shows_the_telephone_of_a_filler_or_body():
    returned = sent(ANHAI, UNBALANCED)
    returned.fields["cover.phone"] = "0595-7654321"
    entries = roster(ANHAI, phone="139-7654321", contact="钱七", email="a@example.org")
    pages = results(returned) + page.status(of([returned], entries), Terms(contact="赵六", phone="0595-1111111"), NOW)
    assert "7654321" not in pages and "钱七" not in pages and "example.org" not in pages
    assert "联系人：赵六，电话：0595-1111111" in pages  # the office's own, in what it says to a body


def test_every_state_and_severity_has_a_sign_beside_its_word():
    signs = section("page.toml", "signs")
    assert set(signs) == {*STATES, *BOARD_STATES, *SEVERITIES, EXPLAINED} and DUPLICATE in signs
    assert all(len(sign) == 1 for sign in signs.values())


def test_an_empty_round_and_a_single_return_make_pages():
    assert Outline(page.status(of([]), Terms(), NOW)).all("h1")
    assert "共1份" in results(sent(ANHAI))


def luminance(colour: str) -> Decimal:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return Decimal(0.2126 * red + 0.7152 * green + 0.0722 * blue)


def test_colours_of_text_stand_out_from_every_ground():
    colours = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", STYLE))
    grounds = ["#ffffff", "#e9edf2", colours.pop("ground")]
    colours.pop("line")
    for name, colour in colours.items():
        for ground in grounds:
            light, dark = sorted((luminance(colour), luminance(ground)), reverse=True)
            assert (light + Decimal("0.05")) / (dark + Decimal("0.05")) >= Decimal("4.5"), (name, ground)
