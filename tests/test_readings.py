"""How one cell becomes a number, or the code of why it is none: nothing is guessed, nothing repaired.

The odd inputs are those that clerks type or paste, and those that office programs make of them.
"""

from decimal import Decimal

import pytest

from ogi_xlsx.form.findings import catalogue
from ogi_xlsx.returns.record import BLANK, Reading, number_reading, show, text_reading

NUMBERS = [
    # stored value, kind, code, what is shown
    (0, "count", "", "0"),
    (12, "count", "", "12"),
    (12.0, "count", "", "12"),
    (-0.0, "count", "", "0"),
    (1000.0, "count", "", "1000"),
    (1e3, "count", "", "1000"),
    (999_999_999_999_999, "count", "", "999999999999999"),
    (1.5, "count", "C109", "1.5"),
    (0.05, "count", "C109", "0.05"),
    (1e-9, "count", "C109", "0.000000001"),
    (-3, "count", "C108", "-3"),
    (-3.5, "count", "C108", "-3.5"),
    (1e15, "count", "C110", "1000000000000000"),
    (10**15, "count", "C110", "1000000000000000"),
    (1234567890123456, "count", "C110", "1234567890123456"),
    (0.1 + 0.2, "money", "C110", "0.30000000000000004"),
    (float("inf"), "count", "C110", "∞"),
    (float("-inf"), "signed_money", "C110", "∞"),
    (float("nan"), "money", "C110", "∞"),
    (-3, "signed", "", "-3"),
    (0, "signed", "", "0"),
    (-1.5, "signed", "C109", "-1.5"),
    (2.5, "money", "", "2.5"),
    (25000, "money", "", "25000"),
    (59237.2449, "money", "", "59237.2449"),
    (59237.244899999998, "money", "", "59237.2449"),  # as Excel writes it into the file
    (0.000001, "money", "", "0.000001"),
    (1e-06, "money", "", "0.000001"),
    (0.0000001, "money", "C111", "0.0000001"),
    (2.1234567, "money", "C111", "2.1234567"),
    (-2.5, "money", "C108", "-2.5"),
    (-2.5, "signed_money", "", "-2.5"),
    (-0.0000001, "signed_money", "C111", "-0.0000001"),
    (123456789.123456, "money", "", "123456789.123456"),
    (12345678901.12345, "money", "C110", "12345678901.12345"),
]

TEXTS = [
    # text, code, what is shown
    ("12", "C103", "12"),
    ("0", "C103", "0"),
    ("00123", "C103", "00123"),
    ("-5", "C103", "-5"),
    ("+5", "C103", "+5"),
    ("1.5", "C103", "1.5"),
    (" 7 ", "C103", "7"),
    ("12\u00a0", "C103", "12"),
    ("\u300012", "C103", "12"),
    ("12\n", "C103", "12"),
    ("−5", "C103", "−5"),
    ("–5", "C103", "–5"),
    ("①", "C103", "①"),
    ("²", "C103", "²"),
    ("１２", "C104", "１２"),
    ("１2", "C104", "１2"),
    ("－５", "C104", "－５"),
    ("－5", "C104", "－5"),
    ("１２．５", "C104", "１２．５"),
    ("12．5", "C104", "12．5"),
    ("１,２３４", "C115", "１,２３４"),
    ("1,234", "C115", "1,234"),
    ("1，234", "C115", "1，234"),
    ("1 234", "C115", "1 234"),
    ("12人", "C115", "12人"),
    ("3件", "C115", "3件"),
    ("3 件", "C115", "3 件"),
    ("１２件", "C115", "１２件"),
    ("-3项", "C115", "-3项"),
    ("2.5万元", "C115", "2.5万元"),
    ("25,000元", "C115", "25,000元"),
    ("3亿元", "C115", "3亿元"),
    ("/", "C114", "/"),
    ("／", "C114", "／"),
    ("\\", "C114", "\\"),
    ("-", "C114", "-"),
    ("－", "C114", "－"),
    ("−", "C114", "−"),
    ("–", "C114", "–"),
    ("—", "C114", "—"),
    ("——", "C114", "——"),
    ("无", "C114", "无"),
    (" 无 ", "C114", "无"),
    ("没有", "C114", "没有"),
    ("不适用", "C114", "不适用"),
    ("零", "C114", "零"),
    ("", "C102", "（空格）"),
    (" ", "C102", "（空格）"),
    ("\u3000", "C102", "（空格）"),
    ("\t\n", "C102", "（空格）"),
    ("○", "C102", "○"),
    ("〇", "C102", "〇"),
    ("O", "C102", "O"),
    ("l2", "C102", "l2"),
    ("一", "C102", "一"),
    ("三件", "C102", "三件"),
    ("12。", "C102", "12。"),
    ("约12", "C102", "约12"),
    ("12左右", "C102", "12左右"),
    ("5%", "C102", "5%"),
    ("3/4", "C102", "3/4"),
    ("2026-1-5", "C102", "2026-1-5"),
    ("1e3", "C102", "1e3"),
    ("1_000", "C102", "1_000"),
    ("0x10", "C102", "0x10"),
    ("TRUE", "C102", "TRUE"),
    ("=1+1", "C102", "=1+1"),
    ("#REF!", "C102", "#REF!"),
    ("٣", "C102", "٣"),
    ("1٣", "C102", "1٣"),
    ("--5", "C102", "--5"),
    ("nan", "C102", "nan"),
    ("Infinity", "C102", "Infinity"),
    ("12\u200b", "C102", "12\u200b"),
]

KINDS = ("count", "signed", "money", "signed_money")


@pytest.mark.parametrize(("value", "kind", "code", "shown"), NUMBERS)
def test_a_stored_number_is_taken_exactly_or_not_at_all(value: float, kind: str, code: str, shown: str) -> None:
    reading = number_reading(value, kind)
    assert (reading.code, reading.shown) == (code, shown)
    assert reading.value == (None if code else Decimal(shown))
    assert not reading.blank


@pytest.mark.parametrize(("text", "code", "shown"), TEXTS)
def test_a_text_is_no_number_and_told_for_what_it_is(text: str, code: str, shown: str) -> None:
    assert text_reading(text) == Reading(None, code, shown)


@pytest.mark.parametrize(("value", "shown"), [(0.05, "5%"), (0.1234, "12.34%"), (1, "100%"), (0, "0%")])
@pytest.mark.parametrize("number_format", ["0%", "0.00%"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_percentage_is_told_as_it_shows(value: float, shown: str, number_format: str, kind: str) -> None:
    assert number_reading(value, kind, number_format) == Reading(None, "C107", shown)


@pytest.mark.parametrize("kind", KINDS)
def test_scientific_notation_is_no_number_and_a_change_in_words_is_one_of_a_change_alone(kind: str) -> None:
    assert number_reading(100000, kind, "0.00E+00") == Reading(None, "C121", "100000")
    assert text_reading("减2", kind) == Reading(None, "C120" if kind.startswith("signed") else "C102", "减2")


@pytest.mark.parametrize("number_format", ["General", "0", "0.00", "#,##0", "@", "0.######"])
def test_other_formats_change_nothing(number_format: str) -> None:
    assert number_reading(1.5, "money", number_format) == Reading(Decimal("1.5"), "", "1.5")


@pytest.mark.parametrize("kind", KINDS)
def test_a_number_beyond_every_use_is_shown_short(kind: str) -> None:
    for value in (1e300, -1e300, 1e-300, 10**400):
        assert len(number_reading(value, kind).shown) <= 40


def test_whole_numbers_carry_no_exponent() -> None:
    assert str(number_reading(1000.0, "count").value) == "1000"
    assert str(number_reading(1200, "money").value) == "1200"


def test_a_blank_is_neither_0_nor_an_error() -> None:
    assert BLANK.blank
    assert (BLANK.value, BLANK.code) == (None, "")
    assert not number_reading(0, "count").blank
    assert not text_reading("").blank


def test_every_code_of_a_reading_is_in_the_catalogue_as_an_error() -> None:
    codes = {code for _, code, _ in TEXTS} | {code for _, _, code, _ in NUMBERS if code} | {"C107"}
    assert {catalogue()[code].severity for code in codes} == {"error"}


@pytest.mark.parametrize(("value", "text"), [("2.50", "2.5"), ("1E+3", "1000"), ("-0.10", "-0.1"), ("0", "0"), ("100", "100"), ("1E-7", "0.0000001")])
def test_numbers_are_shown_plainly(value: str, text: str) -> None:
    assert show(Decimal(value)) == text
