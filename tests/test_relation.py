"""The rule language: what it reads, what it refuses and why, and the formula text that a relation becomes."""

from decimal import Decimal

import pytest

from ogi_xlsx.form import edition as editions
from ogi_xlsx.form.binding import checks_of
from ogi_xlsx.form.checks import Bound, Part, compare
from ogi_xlsx.form.layout import Variant, layout_of
from ogi_xlsx.form.layout.formulas import Formulas
from ogi_xlsx.form.relation import OPERATORS, RelationError, Term, parse
from ogi_xlsx.form.words import say

ACCEPTED = [
    ("a = b", "a = b"),
    ("a.b.c=d.e", "a.b.c = d.e"),
    ("  a+b  -c<>0 ", "a + b - c <> 0"),
    ("a <= 2 * b", "a <= 2*b"),
    ("a >= 0.5 * b - 1", "a >= 0.5*b - 1"),
    ("-a + b < 10", "-a + b < 10"),
    ("- 2 * a > b", "-2*a > b"),
    ("t = sum(first:last)", "t = sum(first:last)"),
    ("t = x - sum(r.first : r.last)", "t = x - sum(r.first:r.last)"),
    ("t = 3 * sum(a:b)", "t = 3*sum(a:b)"),
    ("carried_in.total = prior.carried_out.total", "carried_in.total = prior.carried_out.total"),
    ("a = prior.a + issued - repealed", "a = prior.a + issued - repealed"),
    ("a <= limit", "a <= limit"),
    ("row_2.col_10 = 007", "row_2.col_10 = 7"),
    ("sum = 1", "sum = 1"),
]

REFUSED = [
    ("", "relation_no_name", ""),
    ("a", "relation_no_operator", "a"),
    ("a b", "relation_no_operator", "b"),
    ("a =", "relation_no_name", "a ="),
    ("= a", "relation_no_name", "="),
    ("a == b", "relation_no_name", "="),
    ("a + = b", "relation_no_name", "="),
    ("a + - b = c", "relation_no_name", "-"),
    ("(a + b) = c", "relation_no_name", "("),
    ("2 * 3 = a", "relation_no_name", "3"),
    ("a = b = c", "relation_unknown_text", "="),
    ("a = b c", "relation_unknown_text", "c"),
    ("a * 2 = b", "relation_no_operator", "*"),
    ("a * b = c", "relation_no_operator", "*"),
    ("12a = b", "relation_no_operator", "a"),
    ("1e3 = a", "relation_no_operator", "e3"),
    ("a / b = c", "relation_unknown_text", "/ b = c"),
    ("a ≥ b", "relation_unknown_text", "≥ b"),
    ("a！=b", "relation_unknown_text", "！=b"),
    ("Total = a", "relation_unknown_text", "Total = a"),
    ("总计 = a", "relation_unknown_text", "总计 = a"),
    ("a = １", "relation_unknown_text", "１"),
    ("a. = b", "relation_unknown_text", ". = b"),
    ("IF(a > 0, b, c) = 1 and a very long tail", "relation_unknown_text", "IF(a > 0, b, c) = 1 "),
    ("a = max(b:c)", "relation_unknown_text", "("),
    ("a = sum(b)", "relation_bad_sum", "a = sum(b)"),
    ("a = sum(b:)", "relation_bad_sum", "a = sum(b:)"),
    ("a = sum(b:c", "relation_bad_sum", "a = sum(b:c"),
    ("a = sum(1:2)", "relation_bad_sum", "a = sum(1:2)"),
    ("a = sum(b:c:d)", "relation_bad_sum", "a = sum(b:c:d)"),
    ("a = sum(b:prior.c)", "relation_bad_sum", "a = sum(b:prior.c)"),
    ("a = sum(prior.b:c)", "relation_bad_sum", "a = sum(prior.b:c)"),
]


@pytest.mark.parametrize(("text", "meaning"), ACCEPTED)
def test_a_relation_is_read_as_it_is_meant(text: str, meaning: str) -> None:
    relation = parse(text)
    assert f"{_shown(relation.left)} {relation.operator} {_shown(relation.right)}" == meaning
    assert relation.text == text


@pytest.mark.parametrize(("text", "reason", "found"), REFUSED)
def test_a_text_that_is_no_relation_is_refused_with_the_reason(text: str, reason: str, found: str) -> None:
    with pytest.raises(RelationError) as refused:
        parse(text)
    assert (refused.value.reason, refused.value.found) == (reason, found)


@pytest.mark.parametrize("reason", sorted({reason for _, reason, _ in REFUSED}))
def test_each_reason_is_a_sentence_with_the_text_in_it(reason: str) -> None:
    sentence = say(reason, text="a ≥ b", found="≥ b")
    assert "a ≥ b" in sentence.zh and "a ≥ b" in sentence.en


def test_a_sum_over_last_year_reads_last_year() -> None:
    (term,) = parse("a = sum(prior.b.c:prior.b.e)").right
    assert term == Term(Decimal(1), "b.c", "b.e", prior=True)


def test_numbers_are_exact() -> None:
    assert parse("0.1 * a = 0.2").terms == (Term(Decimal("0.1"), "a"), Term(Decimal("0.2")))


@pytest.mark.parametrize(("difference", "holding"), [("0", "= <= >="), ("1", "<> >= >"), ("-1", "<> <= <"), ("0.0000004", "= <= >="), ("-0.000001", "<> <= <")])
def test_operators_compare_the_difference_rounded_to_six_places(difference: str, holding: str) -> None:
    assert {operator for operator in OPERATORS if compare(Decimal(difference), operator)} == set(holding.split())


FORMULAS = [
    ("2021", "R201", "SUM('表二'!B6:D6)", "0"),
    ("2021", "R202@normative_documents", "'表二'!D7", "'表二'!B7-'表二'!C7"),
    ("2021", "R301@natural_person", "'表三'!D7+'表三'!D8", "'表三'!D30+'表三'!D31"),
    ("2021", "R302@business", "'表三'!E30", "SUM('表三'!E9:E29)"),
    ("2021", "R303@granted", "'表三'!J9", "SUM('表三'!D9:I9)"),
    ("2021", "R401", "'表四'!E7", "SUM('表四'!A7:D7)"),
    ("2019", "R201", "SUM('表二'!B6:E6)", "0"),
    ("2019", "R211@regulations", "'表二'!E6", "'表二'!C6"),
    ("2019", "R212@fees", "'表二'!B18+'表二'!D18", "0"),
    ("2019", "R302@natural_person", "'表三'!D28", "SUM('表三'!D9:D27)"),
]


@pytest.mark.parametrize(("id", "check", "left", "right"), FORMULAS)
def test_a_side_becomes_the_formula_a_clerk_would_write(id: str, check: str, left: str, right: str) -> None:
    edition = editions.load(id)
    bound = next(c for c in checks_of(edition, "township", True).checks if c.id == check).relation
    formulas = Formulas(edition, layout_of(edition, Variant("township")).where)
    assert (formulas.side(bound.left), formulas.side(bound.right)) == (left, right)


def formulas(here: str = "") -> Formulas:
    """Formulas over the cells of the 2021 edition."""
    edition = editions.load("2021")
    return Formulas(edition, layout_of(edition, Variant("township")).where, here)


def part(factor: str, *keys: str) -> Part:
    """A part over cells of table 3."""
    return Part(Decimal(factor), tuple(f"t3.{key}" for key in keys))


SIDES = [
    ([part("2", "granted.business")], "2*E9"),
    ([part("-1", "granted.business"), part("1", "granted.total")], "-E9+J9"),
    ([part("0.50", "granted.business"), part("-1E+3")], "0.5*E9-1000"),
    ([part("-2", "granted.business", "granted.research")], "-2*SUM(E9:F9)"),
    ([part("12")], "12"),
    ([part("1", "granted.business", "granted.legal_service")], "SUM(E9,H9)"),
    ([part("1", "granted.business", "partly_granted.business", "granted.research", "partly_granted.research")], "SUM(E9:F10)"),
]


@pytest.mark.parametrize(("parts", "text"), SIDES)
def test_factors_and_signs_are_written_as_in_the_rule(parts: list[Part], text: str) -> None:
    assert formulas("表三").side(tuple(parts)) == text


@pytest.mark.parametrize(
    ("bound", "text"),
    [
        (Bound((part("1", "granted.total"),), ">", (part("0"),)), "ROUND(J9-0,6)>0"),
        (Bound((part("1", "granted.total"),), "<>", (part("1", "granted.business"), part("-1"))), "ROUND(J9-(E9-1),6)<>0"),
        (Bound((part("1", "granted.total"),), "=", (part("-1", "granted.business"),)), "ROUND(J9-(-E9),6)=0"),
    ],
)
def test_a_condition_compares_the_rounded_difference_with_0(bound: Bound, text: str) -> None:
    assert formulas("表三").relation(bound) == text


def test_cells_of_another_sheet_are_named_with_their_quoted_sheet() -> None:
    assert formulas("表二").cell("t3.granted.total") == "'表三'!J9"
    assert formulas("表二").areas(["t2.fees.amount", "t3.granted.business", "t3.granted.research"]) == ["B17:D17", "'表三'!E9:F9"]


def test_cells_that_a_merge_covers_are_no_blanks() -> None:
    assert formulas("表二").blank(["t2.penalties.decisions", "t2.coercion.decisions"]) == "COUNTBLANK(B13:D14)-4"
    assert formulas("表三").blank(["t3.granted.business", "t3.granted.research"]) == "COUNTBLANK(E9:F9)"


def test_a_usable_number_is_whole_unless_it_is_money() -> None:
    text = formulas("表二").usable(["t2.licensing.decisions", "t2.fees.amount"], {"t2": "C3"})
    count = 'COUNTIFS(B10:D10,">=0",B10:D10,"<1E15")-IFERROR(SUMPRODUCT((INT(B10:D10)<>B10:D10)*(0<=B10:D10)*(B10:D10<1E15)),0)'
    money = 'COUNTIFS(B17:D17,">=0",B17:D17,"<1E15")-IFERROR(SUMPRODUCT((ROUND(B17:D17,6)<>B17:D17)*(0<=B17:D17)*(B17:D17<1E15)),0)'
    assert text == f'{count}+{money}+IF(C3="是",COUNTBLANK(B10:D10)+COUNTBLANK(B17:D17)-4,0)'


def _shown(terms: tuple[Term, ...]) -> str:
    """Terms as text, each with its sign and factor."""
    text = ""
    for term in terms:
        size = abs(term.factor)
        name = f"{'prior.' if term.prior else ''}{term.name}"
        body = f"sum({name}:{term.last})" if term.last else name
        shown = str(size) if term.name is None else body if size == 1 else f"{size}*{body}"
        sign = "-" if term.factor < 0 else "+"
        text += f" {sign} {shown}" if text else shown if sign == "+" else f"-{shown}"
    return text
