"""What LibreOffice must show in a workbook, taken from verify: outcomes, numbers, fill lines, verdict."""

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from office import Place

from ogi_xlsx.form.checks import FAILED, NOT_APPLICABLE, PASSED, PENDING, Check
from ogi_xlsx.form.findings import Finding
from ogi_xlsx.form.layout import Layout
from ogi_xlsx.form.layout.phrases import minimum, words_of
from ogi_xlsx.review.verify import Judged

COVER, CHECKS, PRINT = "封面", "校验", "打印件"
HOLDS, FAILS, WAITS, IDLE = "√ 符合", "× 不符", "？待填", "－ 不适用"
EXPLAINED, QUERIED, STALE, NOTED = "√ 已说明", "！请核实", "！数字已改，请重新说明", "－ 请留意"


@dataclass(frozen=True)
class Seen:
    """A workbook as verify judged it, and as LibreOffice shows it and saved it (`path`)."""

    path: Path
    judged: Judged
    shown: Mapping[Place, object]

    @property
    def form(self) -> Layout:
        """Its layout."""
        assert self.judged.returned.layout
        return self.judged.returned.layout

    @property
    def numbers(self) -> dict[str, Decimal | None]:
        """Every number as verify takes it, computed totals included."""
        return self.judged.values

    @property
    def wrong(self) -> bool:
        """Whether a cell holds what cannot be taken."""
        return "× 有误填" in self.fill_lines.values()

    @property
    def checks(self) -> list[Check]:
        """The checks that have a line on 校验: those that read last year have none where it is not known."""
        return [line.check for line in self.form.lines]

    @property
    def outcomes(self) -> dict[str, str]:
        """What 校验 must say of each check."""
        return {check.id: self._outcome(check) for check in self.checks}

    def _outcome(self, check: Check) -> str:
        result = self.judged.outcomes[check.id]
        if result != FAILED:
            return {PASSED: HOLDS, PENDING: WAITS, NOT_APPLICABLE: IDLE}[result]
        if check.rule.severity != "warning":
            return {"error": FAILS, "note": NOTED}[check.rule.severity]
        finding = self.finding(check)
        assert finding, f"verify has no finding for {check.id}"
        copied = self.judged.returned.fields.get(f"explain.copied.{check.id}")
        if finding.explanation:
            return EXPLAINED
        return STALE if isinstance(copied, int | float) and Decimal(str(copied)) != to_explain(check, finding) else QUERIED

    def finding(self, check: Check) -> Finding | None:
        """The finding that tells of a check; none where the check holds, or another finding tells of it too."""
        cells = self.form.checks.typed_under(check.cells)
        return next((f for f in self.judged.findings if (f.code, f.cells) == (check.rule.code, cells)), None)

    @property
    def correction(self) -> str:
        """What 校验 must say of a correction of what was carried in."""
        fields = self.judged.returned.fields
        numbers = any(fields.get(f"carry.{key}") is not None for key in self.form.carried)
        if fields.get("carry.answer") is None and not numbers:
            return IDLE
        reason = str(fields.get("carry.reason") or "")
        return EXPLAINED if fields.get("carry.answer") == "是" and numbers and len(words_of(reason)) >= minimum() else FAILS

    @property
    def fill_lines(self) -> dict[str, str]:
        """What 校验 must say of each table."""
        readings, typed = self.judged.returned.readings, self.judged.returned.typed
        undeclared = {finding.sheet for finding in self.judged.findings if finding.code == "C116"}
        told = {}
        for table in self.form.edition.tables:
            keys = self.form.checks.typed[table.id]
            blank = "？待填" if any(typed[key] is None for key in keys) else "√ 已填完"
            told[table.id] = "× 有误填" if table.sheet in undeclared or any(readings[key].code for key in keys) else blank
        return told

    @property
    def verdict(self) -> str:
        """What the one line over all must say."""
        signs = Counter(text[0] for text in [*self.fill_lines.values(), *self.outcomes.values(), self.correction])
        if signs["×"]:
            return f"× 须改正 {signs['×']} 处"
        if signs["？"]:
            keys = [key for keys in self.form.checks.typed.values() for key in keys]
            return f"？ 尚未填完（还有 {sum(self.numbers[key] is None for key in keys)} 格未填）"
        return f"！ 请核实 {signs['！']} 处" if signs["！"] else "√ 校验通过"

    def column(self, name: str) -> dict[str, object]:
        """What stands in a column of 校验, by check."""
        return {line.check.id: self.shown.get((CHECKS, *line.place(name))) for line in self.form.lines}

    def shown_fill_lines(self) -> dict[str, object]:
        """What stands in the lines over the checks, by table."""
        row, col = self.form.lines[0].place("outcome")
        first = row - len(self.form.edition.tables) - bool(self.form.carried)
        return {table: self.shown.get((CHECKS, first + number, col)) for number, table in enumerate(self.form.checks.typed)}

    def shown_correction(self) -> object:
        """What stands in the line of a correction, which is there where something was carried in."""
        row, col = self.form.lines[0].place("outcome")
        return self.shown.get((CHECKS, row - 1, col)) if self.form.carried else IDLE

    def beside(self, label: str) -> object:
        """What 封面 shows beside a label."""
        row, col = next(place for place, cell in self.form.sheets[COVER].cells.items() if cell.content == label)
        return self.shown.get((COVER, row, col + 1))

    def printed(self, label: str) -> str:
        """What 打印件 shows after a label; nothing where it shows an error value."""
        found = (str(text) for (page, _, _), text in self.shown.items() if page == PRINT and str(text).startswith(label))
        return next(found, "").removeprefix(label)


def to_explain(check: Check, finding: Finding) -> Decimal:
    """The number that an explanation of a finding must copy: the difference of an equality, the left value otherwise."""
    return Decimal(str(finding.difference if check.relation.operator == "=" else finding.left))


def differing(expected: Mapping, shown: Mapping) -> dict:
    """What is shown otherwise than expected, as (expected, shown)."""
    return {key: (wanted, shown.get(key)) for key, wanted in expected.items() if not _alike(wanted, shown.get(key))}


def _alike(wanted: object, got: object) -> bool:
    """Whether two values are one; LibreOffice saves 15 digits of a number."""
    if isinstance(wanted, int | float | Decimal) and isinstance(got, int | float):
        return math.isclose(float(wanted), got, rel_tol=1e-12, abs_tol=1e-9)
    return wanted == got
