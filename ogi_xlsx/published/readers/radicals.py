"""Characters for radicals that fonts share with words: PDFs of browsers name the radical (⺠, ⾏) where the word (民, 行) stands, and both look the same."""

from unicodedata import normalize

_SUPPLEMENT = dict(
    zip(
        "⺁⺒⺝⺟⺠⺻⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻰⻳",
        "厂巳月母民聿虎西见角贝车長长门雨青韦页风飞食马骨鬼鱼鸟卤麦黄黾齐齿龙龟",
        strict=True,
    )
)
_WORDS = str.maketrans(_SUPPLEMENT | {chr(code): normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)})


def as_words(text: str) -> str:
    """A text with the words for their radicals.

    >>> as_words("⼈⺠政府⾏政许可")
    '人民政府行政许可'
    """
    return text.translate(_WORDS)
