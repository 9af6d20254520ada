"""Digits that are set apart on a page, as plain text: raised or lowered ones, which are marks of notes, and what is struck out.

Put down as any other digit, the mark of a note beside a number would make another number of it, and so would one that was struck out and corrected.
"""

STROKE = "\u0336"  # combining long stroke overlay
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


def raised(text: str) -> str:
    """A text whose digits stand above the line.

    >>> raised("[12]")
    '[¹²]'
    """
    return text.translate(_RAISED)


def lowered(text: str) -> str:
    """A text whose digits stand below the line.

    >>> lowered("2")
    '₂'
    """
    return text.translate(_LOWERED)


def struck(text: str) -> str:
    """A text that is struck out, each character but white space with a stroke.

    >>> struck("5 6") == f"5{STROKE} 6{STROKE}"
    True
    """
    return "".join(character if character.isspace() else character + STROKE for character in text)


def marks(text: str) -> str:
    """Only what sets digits of a text apart, in order: without it two texts that read alike are not the same.

    >>> marks("７7²"), marks("72")
    ('²', '')
    """
    return "".join(character for character in text if character == STROKE or (character.isdigit() and not character.isdecimal()))
