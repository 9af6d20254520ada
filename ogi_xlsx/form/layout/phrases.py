"""What an explanation must say: words beside punctuation and stock phrases; as formula text, and for a text that was read."""

from ogi_xlsx.form.words import section

YES = "是"  # the one answer of a cell with a choice


def minimum() -> int:
    """Characters that an explanation must have without punctuation and stock phrases."""
    return int(section("workbook.toml", "explanation")["minimum"])


def stock_phrases() -> list[str]:
    """Phrases and punctuation that explain nothing, longest first."""
    entry = section("workbook.toml", "explanation")
    phrases = [str(p) for p in (*entry["phrases"], *str(entry["punctuation"]))]
    return sorted(phrases, key=len, reverse=True)


def words_of(text: str) -> str:
    """An explanation without line breaks, punctuation and stock phrases: as `stripped`, for a text that was read."""
    text = "".join(character for character in text if ord(character) > 31)
    for phrase in stock_phrases():
        text = text.replace(phrase, "")
    return text


def stripped(cell: str) -> str:
    """Formula text: the words of a cell without line breaks, punctuation and stock phrases."""
    text = f"CLEAN({cell})"
    for phrase in stock_phrases():
        text = f'SUBSTITUTE({text},"{phrase}","")'
    return text


def says_something(content: object) -> bool:
    """Whether a cell on the sheet counts as an explanation."""
    return isinstance(content, str) and len(words_of(content)) >= minimum()
