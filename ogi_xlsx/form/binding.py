"""Finds the places of a rule: every row, column or table that has all the cells it names."""

from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache

from ogi_xlsx.form import relation
from ogi_xlsx.form.checks import CORRECTED, COVER_NUMBERS, PRIOR, Bound, Check, Checks, Part
from ogi_xlsx.form.edition import Block, Edition, Heading, Rule, Table
from ogi_xlsx.form.findings import limit_of
from ogi_xlsx.form.relation import Relation


class BindError(ValueError):
    """A name of a relation is no cell of the edition; `known` are the names that could stand there."""

    def __init__(self, name: str, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(name)


class CircleError(ValueError):
    """Totals that compute each other, or themselves."""

    def __init__(self, keys: list[str]) -> None:
        self.keys = keys
        super().__init__("、".join(keys))


class LineError(BindError):
    """The ends of a sum do not run forward along one row or column."""

    def __init__(self, first: str, last: str) -> None:
        self.first, self.last = first, last
        super().__init__(last, (first,))


def bind(rule: Rule, tables: tuple[Table, ...], level: str) -> list[Check]:
    """A rule at every place where its names exist, for bodies of one level. Raises BindError where there is no such place."""
    if not rule.each:
        scope = _Scope(rule, tables, level)
        return [Check(rule, None, scope.bound(rule.relation), tuple(scope.bound(w) for w in rule.when))]
    found: list[Check] = []
    missed: BindError | None = None
    for table in tables:
        if rule.table and table.id != rule.table:
            continue
        for block in table.blocks:
            try:
                found += _in_block(rule, tables, level, table, block)
            except BindError as error:
                missed = missed or error
    if not found and missed:
        raise missed
    return found


def _in_block(rule: Rule, tables: tuple[Table, ...], level: str, table: Table, block: Block) -> list[Check]:
    found = []
    for place in block.rows if rule.each == "row" else block.columns:
        if place.key in rule.exceptions:
            continue
        scope = _Scope(rule, tables, level, (table, block, place))
        found.append(Check(rule, place, scope.bound(rule.relation), tuple(scope.bound(w) for w in rule.when)))
    return found


class _Scope:
    """Where the names of a rule are looked up: a whole edition, or one row or column of a block."""

    def __init__(self, rule: Rule, tables: tuple[Table, ...], level: str, at: tuple[Table, Block, Heading] | None = None) -> None:
        self.rule, self.tables, self.level, self.at = rule, tables, level, at

    def bound(self, written: Relation) -> Bound:
        return Bound(tuple(map(self.part, written.left)), written.operator, tuple(map(self.part, written.right)))

    def part(self, term: relation.Term) -> Part:
        if term.name is None:
            return Part(term.factor)
        limit = limit_of(self.rule.limits, self.level) or Decimal(0)
        if term.name == relation.LIMIT:
            return Part(term.factor * limit, name=relation.LIMIT)
        factor = term.factor * limit if term.limited else term.factor
        keys = self.span(term.name, term.last) if term.last else (self.key(term.name),)
        if term.prior:
            return Part(factor, tuple(f"{PRIOR}{key}" for key in keys), f"{PRIOR}{term.name}")
        return Part(factor, keys, term.name)

    def key(self, name: str) -> str:
        if name in (*COVER_NUMBERS, CORRECTED):
            return name
        parts = name.split(".")
        if self.at and len(parts) == 1:
            table, block, place = self.at
            known = tuple(h.key for h in (block.columns if self.rule.each == "row" else block.rows))
            if name not in known:
                raise BindError(name, known)
            return f"{table.id}.{place.key}.{name}" if self.rule.each == "row" else f"{table.id}.{name}.{place.key}"
        key = name if len(parts) == 3 else f"{self.rule.table}.{name}"
        every = keys(self.tables)
        if key not in every:
            here = f"{self.rule.table}."
            raise BindError(name, (*(k.removeprefix(here) for k in every if k.startswith(here)), *every))
        return key

    def span(self, first: str, last: str) -> tuple[str, ...]:
        """Keys from first to last along one row or one column of a block."""
        start, end = self.key(first), self.key(last)
        for line in lines(self.tables):
            if start in line and end in line and line.index(start) <= line.index(end):
                return line[line.index(start) : line.index(end) + 1]
        raise LineError(first, last)


@lru_cache(maxsize=16)
def keys(tables: tuple[Table, ...]) -> Mapping[str, None]:
    """Every cell key, in the order of the form."""
    return dict.fromkeys(f"{t.id}.{r.key}.{c.key}" for t in tables for b in t.blocks for r in b.rows for c in b.columns)


@lru_cache(maxsize=16)
def lines(tables: tuple[Table, ...]) -> list[tuple[str, ...]]:
    """Every row and every column of every block as a line of keys."""
    found = []
    for table in tables:
        for block in table.blocks:
            found += [tuple(f"{table.id}.{r.key}.{c.key}" for c in block.columns) for r in block.rows]
            found += [tuple(f"{table.id}.{r.key}.{c.key}" for r in block.rows) for c in block.columns]
    return found


@lru_cache(maxsize=16)
def prior_read(edition: Edition) -> frozenset[str]:
    """Last year's numbers that any rule of an edition reads, as `prior.<key>`."""
    every = (key for rule in edition.rules for check in bind(rule, edition.tables, next(iter(rule.limits), "")) for key in check.prior_keys)
    return frozenset(every)


@lru_cache(maxsize=64)
def checks_of(edition: Edition, level: str, typed_totals: bool) -> Checks:
    """What is checked for a level. With computed totals, a rule that computes is a formula of the form and no check."""
    computed = {} if typed_totals else totals_of(edition, level)
    checks: list[Check] = []
    for rule in edition.rules:
        if rule.applies_to(level) and (typed_totals or not rule.computes):
            checks += [c for c in bind(rule, edition.tables, level) if typed_totals or not c.place or c.place.key not in rule.implied]
    typed = {t.id: tuple(k for k, s in edition.spots.items() if s.table is t and k not in computed) for t in edition.tables}
    return Checks(computed, tuple(sorted(checks, key=lambda c: c.rule.code)), typed)


def totals_of(edition: Edition, level: str) -> dict[str, Bound]:
    """The totals that a form of a level computes, each after those that it adds. Raises CircleError."""
    computed: dict[str, Bound] = {}
    for rule in edition.rules:
        if rule.computes and rule.applies_to(level):
            for check in bind(rule, edition.tables, level):
                computed.setdefault(check.relation.left[0].keys[0], check.relation)
    return _ordered(computed)


def _ordered(computed: dict[str, Bound]) -> dict[str, Bound]:
    """Totals so that each comes after the totals it adds."""
    done: dict[str, Bound] = {}
    while len(done) < len(computed):
        adds = {key: {under for part in bound.right for under in part.keys if under in computed} for key, bound in computed.items() if key not in done}
        ready = {key: computed[key] for key, under in adds.items() if under <= set(done)}
        if not ready:
            raise CircleError(sorted(adds))
        done.update(ready)
    return done
