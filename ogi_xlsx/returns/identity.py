"""Whose workbook this is, for which year, and with which layout: carried by three marks, of which two suffice.

The marks are custom properties, a defined name and a hidden sheet; each holds the whole identity.
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from decimal import Decimal

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.harmless import is_plain
from ogi_xlsx.form.layout import Layout, Variant
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.settings import unpacked as unpacked_settings
from ogi_xlsx.form.words import level_names, printed
from ogi_xlsx.returns.texts import LONGEST

SCHEMA = "ogi-xlsx/identity/1"
PROPERTY = "ogi-xlsx"
NAME = "ogi_xlsx"
KEYED = "hmac-sha256:"  # begins a seal that was taken with a key
CHUNK = 200  # Excel keeps at most 255 characters in a property or in a text within a formula
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,10})?")
_LATER = {"made_from"}  # fields that workbooks may have been sealed without
LIMIT = 200_000  # bytes of an identity once unpacked: far above any we write


@dataclass(frozen=True)
class Agency:
    """A body that files: the roster's code, its name, and its level (township, street, department, zone, county, city, province)."""

    code: str
    name: str
    level: str


@dataclass(frozen=True)
class Identity:
    """What a workbook says of itself. `rows` is above 0 for a summary (aggregate); `correction` counts correction rounds.

    `prior` are last year's numbers that were locked into it, decimal texts by `prior.<key>`, and `prior_source` where they are from.
    `settings` is what the office had changed about the checks, packed. Of a summary, `levels` are those of its agencies, parted by
    commas, `compared` whether last year's sums stand below its detail, and `prior_source` a sentence about them.
    `made_from` is the SHA-256 of the return that a correction copy was made from.
    """

    agency: Agency
    year: int
    edition: str
    revision: str
    typed_totals: bool = False
    with_text: bool = False
    rows: int = 0
    correction: int = 0
    issue: str = ""
    circular: str = ""
    deadline: str = ""
    office: str = ""
    banner: str = ""
    prior: Mapping[str, str] = field(default_factory=dict)
    prior_source: str = ""
    settings: str = ""
    levels: str = ""
    compared: bool = False
    made_from: str = ""
    seal: str = ""

    @property
    def aggregate(self) -> bool:
        """Whether the workbook is a summary."""
        return self.rows > 0

    @property
    def keyed(self) -> bool:
        """Whether the seal was taken with a key, so that only those who have it can judge it."""
        return self.seal.startswith(KEYED)

    @property
    def variant(self) -> Variant:
        """The layout that the workbook was made with."""
        levels = tuple(self.levels.split(",")) if self.levels else ()
        options = (tuple(sorted(self.prior)), self.with_text, levels, self.compared, self.correction > 0)
        return Variant(self.agency.level, self.typed_totals, self.rows, self.revision, *options)


def sealed(identity: Identity, layout: Layout, key: bytes = b"") -> Identity:
    """The identity with its seal: SHA-256 (HMAC with a key) over identity and locked content."""
    return replace(identity, seal=seal_of(identity, layout, key))


def seal_of(identity: Identity, layout: Layout, key: bytes = b"") -> str:
    """The seal that a workbook of this identity and layout carries."""
    fields = {name: value for name, value in asdict(replace(identity, seal="")).items() if value or name not in _LATER}
    told = json.dumps([fields, layout.digest], ensure_ascii=False, sort_keys=True).encode()
    return KEYED + hmac.new(key, told, hashlib.sha256).hexdigest() if key else hashlib.sha256(told).hexdigest()


def packed(identity: Identity) -> str:
    """The identity as one line of ASCII, for a mark."""
    content = {"schema": SCHEMA, **asdict(identity)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


def unpacked(text: str) -> Identity | None:
    """The identity in a mark; None where the text is none of ours."""
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflate = zlib.decompressobj()
        content = json.loads(inflate.decompress(raw, LIMIT))
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        return None
    return _checked(content)


def _checked(content: object) -> Identity | None:
    """An identity whose every field has the kind we write."""
    if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA:
        return None
    agency = content.pop("agency", None)
    if not isinstance(agency, dict) or sorted(agency) != ["code", "level", "name"] or not all(isinstance(v, str) for v in agency.values()):
        return None
    kinds = {f: type(v) for f, v in asdict(Identity(Agency("", "", ""), 0, "", "")).items() if f != "agency"}
    if not {"year", "edition", "revision"} <= set(content) <= set(kinds) or any(type(v) is not kinds[f] for f, v in content.items()):
        return None
    sane = 0 <= content.get("rows", 0) <= 5000 and 1000 <= content.get("year", 0) <= 9999 and agency["level"] in level_names()
    levels = content["levels"].split(",") if content.get("levels") else []
    sane = sane and set(levels) <= set(level_names()) and len(set(levels)) == len(levels)
    revision = str(content.get("revision", "")).split(".")
    if not sane or len(revision) != 2 or not all(part.isascii() and part.isdigit() and len(part) < 6 for part in revision):
        return None
    if not all(isinstance(text, str) and len(key) < 100 and _NUMBER.fullmatch(text) for key, text in content.get("prior", {}).items()):
        return None
    if unpacked_settings(str(content.get("settings", ""))) is None:
        return None
    if not all(is_plain(text) and len(text) <= LONGEST for text in (*agency.values(), *content.values()) if isinstance(text, str)):
        return None  # no roster and no terms let such a text in
    return Identity(Agency(**agency), **content)


def chunks(text: str) -> list[str]:
    """A mark cut into pieces that every program keeps."""
    return [text[i : i + CHUNK] for i in range(0, len(text), CHUNK)]


def personal(identity: Identity, edition: Edition) -> Mapping[str, str | int | float]:
    """Values of the `{placeholders}` in personal cells."""
    return {
        **{key: as_number(Decimal(text)) for key, text in identity.prior.items()},
        "text_place": printed("text_in_sheet" if identity.with_text else "text_in_report").zh,
        "prior_year": str(identity.year - 1),
        "prior_source": identity.prior_source,
        "name": identity.agency.name,
        "code": identity.agency.code,
        "level": level_names()[identity.agency.level].zh,
        "year": str(identity.year),
        "round": str(identity.correction),
        "edition": f"{edition.title.zh}",
        "basis": "；".join(part for part in (identity.circular, edition.notice) if part),
        "deadline": identity.deadline or printed("deadline_unknown").zh,
        "before_deadline": printed("before_deadline", deadline=identity.deadline).zh if identity.deadline else printed("before_unknown").zh,
        "office": identity.office or printed("office_unknown").zh,
        "banner": identity.banner,
        "fee_instruction": edition.amounts.zh,
    }


__all__ = ["Agency", "Identity", "chunks", "packed", "personal", "seal_of", "sealed", "unpacked"]
