"""What must hold whatever is given: the faults that fuzzing looks for, and the files in which it found one are held against for ever."""

import io
import os
import tempfile
import warnings
from pathlib import Path

import openpyxl

from ogi_xlsx.form import edition as editions, edition_file
from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.layout import Variant, layout_of, text_of
from ogi_xlsx.form.words import Refusal
from ogi_xlsx.returns import identity as identities, reader
from ogi_xlsx.review.verify import PASSED_STATE, Judged, verify

FOLDER = Path(__file__).parent / "data" / "found"  # files named after a check, each of which was a fault once
MOST_CELLS = 20_000  # of an edition that is laid out here; the official ones have some two hundred
MOST_ROWS = 20  # of a summary that is laid out here


def written(data: bytes, suffix: str) -> Path:
    """A file of bytes, written over from one call to the next."""
    path = Path(tempfile.gettempdir()) / f"ogi-found-{os.getpid()}{suffix}"
    path.write_bytes(data)
    return path


def edition(data: bytes) -> Edition | None:
    """An edition file loads or is refused with a sentence for each problem; of one that loads a form can be made."""
    try:
        loaded = edition_file.build(written(data, ".toml"))
    except Refusal as refusal:
        assert refusal.problems and all(problem.zh and problem.en for problem in refusal.problems)
        return None
    if len(loaded.spots) < MOST_CELLS:
        layout_of(loaded, Variant("county"))
    return loaded


def mark(data: bytes) -> identities.Identity | None:
    """A mark is none of ours, or an identity that is written as it was read, from which a layout and the words of its form can be made."""
    text = data.decode("latin-1")
    found = identities.unpacked(text)
    if found is not None:
        assert identities.unpacked(identities.packed(found)) == found
        if found.edition in editions.available() and found.rows < MOST_ROWS:
            layout = layout_of(editions.load(found.edition), found.variant)
            words = identities.personal(found, layout.edition)
            assert all(isinstance(text_of(cell, words), str | int | float | None) for sheet in layout.sheets.values() for cell in sheet.cells.values())
    return found


def returned(data: bytes) -> Judged | None:
    """A returned file is read and judged without an exception but that of a register, and each finding has its sentence."""
    try:
        judged = verify([reader.read(written(data, ".xlsx"))], "native")[0]
    except reader.NotAReturn:
        return None
    assert judged.returned.layout or judged.findings
    assert all(finding.message.zh and finding.message.en for finding in judged.findings)
    return judged


def returned_as_others_read_it(data: bytes) -> Judged | None:
    """As `returned`; and of one that passes, every number is the one that another program reads where it reads the file at all."""
    judged = returned(data)
    if judged and judged.state == PASSED_STATE and not judged.returned.zero:
        others = _read_by_openpyxl(data)
        for key, reading in judged.returned.readings.items():
            if others and judged.layout and key in judged.layout.where:
                sheet, row, col = judged.layout.where[key]
                assert others.get((sheet, row, col)) == reading.value, key
    return judged


def _read_by_openpyxl(data: bytes) -> dict[tuple[str, int, int], object]:
    """What cells hold, a sheet after the other; nothing where openpyxl cannot read the file, for it is stricter in what does not matter here."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            cells = {}
            for page in book.worksheets:
                page.reset_dimensions()
                for row in page.iter_rows(max_row=100):
                    cells |= {(page.title, cell.row, cell.column): cell.value for cell in row if cell.value is not None}
            return cells
    except Exception:  # noqa: BLE001 - openpyxl raises at least twelve unrelated kinds
        return {}


CHECKS = {"edition": edition, "mark": mark, "returned": returned_as_others_read_it}
