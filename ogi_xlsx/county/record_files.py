"""Records files as bytes: CSV, Parquet and SQLite, written and read. The only place that knows pyarrow and sqlite3.

A value is an exact decimal on the way out and a text on the way in, never a float; `records` knows what a line means.
"""

import csv
import errno
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

from ogi_xlsx.form import given
from ogi_xlsx.form.harmless import guarded, unguarded
from ogi_xlsx.form.words import Refusal, os_reason, say

COLUMNS = ("agency", "year", "edition", "key", "value")
PROVENANCE = ("name", "level", "kind", "state", "correction", "file", "sha256", "sheet", "cell", "origin", "tool")
_NUMBERS = ("year", "value", "correction")  # the other columns are texts
READ_TOO = ("name", "kind", "state")  # of a file that has them
MOST_LINES = 50_000_000  # all bodies of the country are some 24 million
MOST_BYTES = 50_000_000_000  # of so many lines
_BATCH = 50_000  # lines in memory
_STEPS, _MOST_STEPS = 100_000, 500_000_000  # of the SQLite machine between two lines, some ten seconds: a view can ask for more than anybody waits for
_MOST_TEXT = 1_000_000  # bytes of one value in SQLite


class Number(NamedTuple):
    """One number: its key and value, the cell that holds it, and how it came about."""

    key: str
    value: Decimal
    sheet: str
    cell: str
    origin: str


class Source(NamedTuple):
    """What all numbers of one return have in common: whose they are, where that return stands, and its file."""

    agency: str
    year: int
    edition: str
    name: str
    level: str
    kind: str
    state: str
    correction: int
    file: str
    sha256: str
    tool: str


Listed = Iterable[tuple[Source, Sequence[Number]]]
Row = dict[str, str]
Rows = Iterator[tuple[int, Row]]


def writer(path: Path) -> Callable[[Path, Listed], int]:
    """What writes a file of this name, and returns how many numbers it wrote. Raises Refusal where the name or this installation does not allow it."""
    if not is_records(path):
        raise Refusal(say("records_suffix", file=path.name))
    if path.suffix.lower() == ".parquet":
        _pyarrow(path)
    return _FORMATS[path.suffix.lower()][0]


def is_records(path: Path) -> bool:
    """Whether a file is a records file, by its name."""
    return path.suffix.lower() in _FORMATS


def read(path: Path) -> Rows:
    """Lines of a records file, numbered as it numbers them, as texts by column. Raises Refusal for a file that cannot be read to its end."""
    try:
        given.look(path, MOST_BYTES)
        with path.open("rb"):
            pass
        for count, line in enumerate(_FORMATS[path.suffix.lower()][1](path)):
            if count == MOST_LINES:
                raise Refusal(say("records_long", file=path.name, most=MOST_LINES))
            yield line
    except OSError as error:
        raise Refusal(say("file_not_readable", file=path.name, reason=os_reason(error))) from None


def _lines(listed: Listed) -> Iterator[dict[str, Any]]:
    """The long form: one number a line, with what its return has in common."""
    for source, numbers in listed:
        common = source._asdict()
        yield from (common | number._asdict() for number in numbers)


def _wanted(path: Path, names: Sequence[str]) -> list[str]:
    """The columns that are read, in our order. Raises Refusal where one that must be there is not."""
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise Refusal(say("records_columns", file=path.name, columns="、".join(lacking)))
    return [*COLUMNS, *(name for name in READ_TOO if name in names)]


def _damaged(path: Path) -> Refusal:
    return Refusal(say("records_damaged", file=path.name))


# CSV


def _write_csv(path: Path, listed: Listed) -> int:
    count = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # with the mark, or Excel takes Chinese for something else
        lines = csv.writer(file)
        lines.writerow(COLUMNS + PROVENANCE)
        for line in _lines(listed):
            line["value"] = f"{line['value']:f}"
            lines.writerow([line[name] if name in _NUMBERS else guarded(line[name]) for name in COLUMNS + PROVENANCE])
            count += 1
    return count


def _read_csv(path: Path) -> Rows:
    with path.open(encoding=_encoding(path), newline="") as file:
        lines = csv.DictReader(file)
        try:
            wanted = _wanted(path, lines.fieldnames or ())
            for line in lines:
                yield lines.line_num, {name: unguarded((line[name] or "").strip()) for name in wanted}
        except csv.Error:
            raise Refusal(say("records_problem", file=path.name, line=lines.line_num + 1, problem=say("records_broken"))) from None


def _encoding(path: Path) -> str:
    """As `words.decoded` tells it, piece by piece: the file may be larger than memory."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            with path.open(encoding=encoding, newline="") as file:
                while piece := file.read(1_000_000):
                    if "\0" in piece:
                        raise Refusal(say("roster_encoding", file=path.name))
        except UnicodeDecodeError:
            continue
        return encoding
    raise Refusal(say("roster_encoding", file=path.name))


# Parquet


def _pyarrow(path: Path) -> tuple[Any, Any]:
    try:
        import pyarrow  # an optional extra
        import pyarrow.parquet
    except ImportError:
        raise Refusal(say("records_needs_pyarrow", file=path.name)) from None
    return pyarrow, pyarrow.parquet


def _write_parquet(path: Path, listed: Listed) -> int:
    arrow, parquet = _pyarrow(path)
    text = arrow.dictionary(arrow.int32(), arrow.string())
    kinds = {"year": arrow.int32(), "correction": arrow.int32(), "value": arrow.decimal128(28, 6)}  # sums of counts have up to 19 digits
    schema = arrow.schema([arrow.field(name, kinds.get(name, text), nullable=False) for name in COLUMNS + PROVENANCE])
    count, lines = 0, _lines(listed)
    with parquet.ParquetWriter(path, schema, compression="zstd", write_page_checksum=True) as file:
        while batch := list(islice(lines, _BATCH)):
            columns = [arrow.array([line[field.name] for line in batch], field.type) for field in schema]
            file.write_batch(arrow.RecordBatch.from_arrays(columns, schema=schema))
            count += len(batch)
    return count


def _read_parquet(path: Path) -> Rows:
    arrow, parquet = _pyarrow(path)
    at = 0
    try:
        with parquet.ParquetFile(path, page_checksum_verification=True) as file:
            wanted = _wanted(path, file.schema_arrow.names)
            for batch in file.iter_batches(_BATCH, columns=wanted):
                columns = [batch.column(name).cast(arrow.string()).to_pylist() for name in wanted]
                for values in zip(*columns, strict=True):
                    at += 1
                    yield at, {name: (value or "").strip() for name, value in zip(wanted, values, strict=True)}
    except (arrow.ArrowException, OSError, ValueError, KeyError, MemoryError):  # what pyarrow raises for files that are not as they should be
        raise _damaged(path) from None


# SQLite

_SCHEMA = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
BEGIN;
CREATE TABLE returns (
  id INTEGER PRIMARY KEY, agency TEXT NOT NULL, year INTEGER NOT NULL, edition TEXT NOT NULL, name TEXT NOT NULL, level TEXT NOT NULL, kind TEXT NOT NULL,
  state TEXT NOT NULL, correction INTEGER NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, tool TEXT NOT NULL);
CREATE TABLE numbers (
  return_id INTEGER NOT NULL REFERENCES returns, key TEXT NOT NULL, value TEXT NOT NULL, sheet TEXT NOT NULL, cell TEXT NOT NULL, origin TEXT NOT NULL,
  PRIMARY KEY (return_id, key)) WITHOUT ROWID;
CREATE INDEX numbers_key ON numbers (key);
CREATE VIEW records AS
  SELECT agency, year, edition, key, value, name, level, kind, state, correction, file, sha256, sheet, cell, origin, tool
  FROM numbers JOIN returns ON id = return_id;
"""  # placed() makes the whole file or none: no journal is needed


def _write_sqlite(path: Path, listed: Listed) -> int:
    count = 0
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as base:
            base.executescript(_SCHEMA)
            for at, (source, numbers) in enumerate(listed, 1):
                base.execute("INSERT INTO returns VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", (at, *source))
                base.executemany("INSERT INTO numbers VALUES (?, ?, ?, ?, ?, ?)", ((at, n.key, f"{n.value:f}", n.sheet, n.cell, n.origin) for n in numbers))
                count += len(numbers)
            base.execute("COMMIT")
    except sqlite3.OperationalError as error:  # the system refused to write
        raise OSError(errno.ENOSPC if error.sqlite_errorcode == sqlite3.SQLITE_FULL else errno.EIO, str(error)) from error
    return count


def _read_sqlite(path: Path) -> Rows:
    """Lines of a table or view `records`. Nothing but reading may run, whatever the file declares."""
    steps = 0

    def too_many() -> bool:
        nonlocal steps
        steps += _STEPS
        return steps > _MOST_STEPS

    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as base:
            base.execute("PRAGMA trusted_schema = OFF")
            base.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_TEXT)
            base.set_progress_handler(too_many, _STEPS)
            base.set_authorizer(lambda action, *_: sqlite3.SQLITE_OK if action in (sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ) else sqlite3.SQLITE_DENY)
            if not base.execute("SELECT 1 FROM sqlite_master WHERE name = 'records' AND type IN ('table', 'view')").fetchone():
                raise Refusal(say("records_table", file=path.name))
            wanted = _wanted(path, [column[0] for column in base.execute("SELECT * FROM records LIMIT 0").description])
            for at, values in enumerate(base.execute(f"SELECT {', '.join(wanted)} FROM records"), 1):  # noqa: S608 - names of ours
                steps = 0
                yield at, {name: "" if value is None else str(value).strip() for name, value in zip(wanted, values, strict=True)}
    except sqlite3.Error:
        raise _damaged(path) from None


_FORMATS: dict[str, tuple[Callable[[Path, Listed], int], Callable[[Path], Rows]]] = {
    ".csv": (_write_csv, _read_csv),
    ".parquet": (_write_parquet, _read_parquet),
    ".sqlite": (_write_sqlite, _read_sqlite),
    ".db": (_write_sqlite, _read_sqlite),
}
