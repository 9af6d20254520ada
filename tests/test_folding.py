"""How contents are compared: labels by their folding, formulas by their canonical form."""

import pytest
import returned
from balanced import OFFICIAL
from hypothesis import assume, example, given, settings, strategies as st

from ogi_xlsx.form.layout import Variant, layout_of
from ogi_xlsx.returns.compare import canonical, fold

many = settings(max_examples=200, deadline=None)
pieces = st.sampled_from(["规", "章", " ", "\u3000", "\u00a0", "\n", "１", "（", "．", "“", "”", '"', "a", "e", "\u0301", "´", "①", "㎡", "_x000D_", "ﬁ"])


@many
@given(st.one_of(st.text(), st.lists(pieces).map("".join)))
@example("e \u0301")
def test_a_folded_text_is_its_own_folding(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@many
@given(st.lists(pieces).map("".join), st.lists(st.sampled_from([" ", "\u3000", "\n"]), min_size=1, max_size=3).map("".join), st.integers(0, 30))
def test_white_space_never_tells_two_labels_apart(text: str, space: str, at: int) -> None:
    assume("\u0301" not in text and not set("_x0D") & set(text))
    assert fold(text[:at] + space + text[at:]) == fold(text)


operands = st.sampled_from(["A1", "$D$5", "'表三'!D6", "表三!d6", "12", "1.50", "1E3", '"a b"', "SUM('表三'!D6:I6)", "sum(A1:B2)", "-1", "TRUE"])
operators = st.sampled_from(["+", "-", "*", "/", "&", "=", "<>", "<=", ">", " + ", "\n-"])


@st.composite
def formula(draw: st.DrawFn) -> str:
    """A formula of a few operands."""
    text = "=" + draw(operands)
    for _ in range(draw(st.integers(0, 4))):
        text += draw(operators) + draw(operands)
    return text


@many
@given(formula())
def test_a_canonical_formula_is_its_own_canonical_form(text: str) -> None:
    assert canonical("=" + canonical(text)) == canonical(text)


@many
@given(formula(), formula(), st.sampled_from(["+", "-", "*", "/", "&"]), st.sampled_from(["+", "-", "*", "/", "&", " "]))
def test_formulas_with_different_operators_are_never_the_same(left: str, right: str, one: str, other: str) -> None:
    assume(one != other and not right.startswith("=-"))
    assert canonical(left + one + right[1:]) != canonical(left + other + right[1:])


@pytest.mark.parametrize("name", (*OFFICIAL, "every-feature"))
def test_every_formula_of_a_workbook_is_known_again_however_it_is_written(name: str) -> None:
    layout = layout_of(returned.edition_named(name), Variant("township"))
    for sheet in layout.sheets.values():
        for cell in sheet.cells.values():
            if cell.is_formula:
                text = str(cell.content)
                assert canonical("=" + canonical(text)) == canonical(text)
                assert canonical(text.replace("'", "")) == canonical(text)
