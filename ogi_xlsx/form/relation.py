"""The rule language: `side op side`, a side being terms joined by + and -.

A term is a number, a cell name, `number * name` or `sum(first:last)`; `prior.` before a name means last year,
`cover.` one of the few numbers of the cover, `limit` the rule's threshold for the level, alone or as a factor.
The language is small on purpose, so that one relation can be read as arithmetic, as a workbook formula and as words.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

OPERATORS = ("<>", "<=", ">=", "=", "<", ">")
LIMIT = "limit"  # a number given by level, see `limits` of a rule
RESERVED = (LIMIT, "prior", "cover", "carry", "sum")  # words of the language, which name no cell

_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*)|(?P<symbol><>|<=|>=|[-+*():=<>]))")


class RelationError(ValueError):
    """The text is no relation; `reason` names a sentence of `templates/words.toml`, `found` what stood there."""

    def __init__(self, reason: str, found: str) -> None:
        self.reason, self.found = reason, found
        super().__init__(f"{reason}: {found}")


@dataclass(frozen=True)
class Term:
    """`factor` times a named cell, a sum of cells `name` to `last`, or, without a name, a number. `limited`: times the limit, too."""

    factor: Decimal
    name: str | None = None
    last: str | None = None
    prior: bool = False
    limited: bool = False


@dataclass(frozen=True)
class Relation:
    """`left op right`, as written in `text`."""

    left: tuple[Term, ...]
    operator: str
    right: tuple[Term, ...]
    text: str

    @property
    def terms(self) -> tuple[Term, ...]:
        """All terms, left before right."""
        return self.left + self.right


def parse(text: str) -> Relation:
    """Read a relation. Raises RelationError.

    >>> [t.name for t in parse("a.b + 2 * c >= sum(d:e) - 1").terms]
    ['a.b', 'c', 'd', None]
    """
    return _Parser(text).relation()


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens: list[tuple[str, str]] = []
        at = 0
        while text[at:].strip():
            match = _TOKEN.match(text, at)
            if not match:
                raise RelationError("relation_unknown_text", text[at:].strip()[:20])
            self.tokens.append((match.lastgroup or "", match[match.lastgroup or 0]))
            at = match.end()
        self.next = 0

    def relation(self) -> Relation:
        left = self.side()
        _, operator = self.take()
        if operator not in OPERATORS:
            raise RelationError("relation_no_operator", operator or self.text)
        right = self.side()
        if self.next < len(self.tokens):
            raise RelationError("relation_unknown_text", self.tokens[self.next][1])
        return Relation(left, operator, right, self.text)

    def side(self) -> tuple[Term, ...]:
        terms = []
        sign = Decimal(-1) if self.skip("-") else Decimal(1)
        while True:
            terms.append(self.term(sign))
            if self.skip("+"):
                sign = Decimal(1)
            elif self.skip("-"):
                sign = Decimal(-1)
            else:
                return tuple(terms)

    def term(self, sign: Decimal) -> Term:
        kind, text = self.take()
        if kind == "number":
            number = sign * Decimal(text)
            if not self.skip("*"):
                return Term(number)
            kind, text = self.take()
            sign = number
        limited = text == LIMIT and self.skip("*")
        if limited:
            kind, text = self.take()
        if kind != "name":
            raise RelationError("relation_no_name", text or self.text)
        if text == "sum" and self.skip("("):
            (first, prior), (last, also) = self.end_of_sum(":"), self.end_of_sum(")")
            if prior != also:
                raise RelationError("relation_bad_sum", self.text)
            return Term(sign, first, last, prior, limited)
        return Term(sign, text.removeprefix("prior."), None, text.startswith("prior."), limited)

    def end_of_sum(self, after: str) -> tuple[str, bool]:
        kind, text = self.take()
        if kind != "name" or not self.skip(after):
            raise RelationError("relation_bad_sum", self.text)
        return text.removeprefix("prior."), text.startswith("prior.")

    def take(self) -> tuple[str, str]:
        if self.next >= len(self.tokens):
            return "", ""
        self.next += 1
        return self.tokens[self.next - 1]

    def skip(self, symbol: str) -> bool:
        if self.next < len(self.tokens) and self.tokens[self.next] == ("symbol", symbol):
            self.next += 1
            return True
        return False
