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
from functools import lru_cache

from ogi_xlsx.form.edition import Edition
from ogi_xlsx.form.harmless import is_plain
from ogi_xlsx.form.layout import Layout, Variant
from ogi_xlsx.form.layout.showing import as_number
from ogi_xlsx.form.settings import unpacked as unpacked_settings
from ogi_xlsx.form.words import Refusal, level_names, plain, printed, say

SCHEMA = "ogi-xlsx/identity/1"
PROPERTY = "ogi-xlsx"
NAME = "ogi_xlsx"
KEYED = "hmac-sha256:"  # begins a seal that was taken with a key
CHUNK = 200  # Excel keeps at most 255 characters in a property or in a text within a formula
LIMIT = 200_000  # bytes of an identity once unpacked: far above any we write
MOST_MARK = 30_000  # characters of a packed one: it must fit into a cell of the office's register
MOST_CODE, MOST_NAME = 40, 100  # characters: a longer name is pasted text, and spoils cover and footer
_MOST = {"edition": 40, "issue": 40, "circular": 200, "deadline": 200, "office": 200, "prior_source": 4000, "banner": 20_000, "settings": 20_000}
_MOST |= {"levels": 200, "made_from": 64, "published": 200, "seal": 100}
_MOST_ROWS, _MOST_ROUNDS = 5000, 99
_YEARS = range(2000, 2100)
_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")
_DIGITS = 15  # of a number: more are not exact in any spreadsheet, and the second verdict would differ from ours
_REVISION = re.compile(r"[0-9]{1,5}\.[0-9]{1,5}", re.ASCII)
_SEAL = re.compile(f"({re.escape(KEYED)})?[0-9a-f]{{64}}", re.ASCII)
_LATER = {"made_from", "published"}  # fields that workbooks may have been sealed without


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
    `published` is the file of the published report that the workbook was made from, empty for one that a body filled in.
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
    published: str = ""
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
    """The identity with its seal: SHA-256 (HMAC with a key) over identity and locked content. Raises Refusal for one that could not be read back."""
    done = replace(identity, seal=seal_of(identity, layout, key))
    if unpacked(packed(done)) != done:
        raise Refusal(say("identity_unreadable", name=plain(identity.agency.name)))
    return done


def seal_of(identity: Identity, layout: Layout, key: bytes = b"") -> str:
    """The seal that a workbook of this identity and layout carries."""
    fields = {name: value for name, value in asdict(replace(identity, seal="")).items() if value or name not in _LATER}
    told = json.dumps([fields, layout.digest], ensure_ascii=False, sort_keys=True).encode()
    return KEYED + hmac.new(key, told, hashlib.sha256).hexdigest() if key else hashlib.sha256(told).hexdigest()


def is_seal(text: str) -> bool:
    """Whether a text can be a seal at all."""
    return bool(_SEAL.fullmatch(text))


def packed(identity: Identity) -> str:
    """The identity as one line of ASCII, for a mark."""
    content = {"schema": SCHEMA, **asdict(identity)}
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return base64.urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=")


@lru_cache(maxsize=100)  # the three marks of a workbook say the same
def unpacked(text: str) -> Identity | None:
    """The identity in a mark; None where the text is none of ours. Whatever the text, it costs little and raises nothing."""
    if len(text) > MOST_MARK:
        return None
    try:
        raw = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
        inflate = zlib.decompressobj()
        identity = _identity(json.loads(inflate.decompress(raw, LIMIT)))
        return identity if identity and _sane(identity) else None
    except (ValueError, binascii.Error, zlib.error, RecursionError):  # half a character pair is a ValueError, too
        return None


def _identity(content: object) -> Identity | None:
    """An identity whose every field has the kind we write."""
    if not isinstance(content, dict) or content.pop("schema", None) != SCHEMA:
        return None
    agency = content.pop("agency", None)
    if not isinstance(agency, dict) or sorted(agency) != ["code", "level", "name"] or not all(isinstance(v, str) for v in agency.values()):
        return None
    kinds = {f: type(v) for f, v in asdict(Identity(Agency("", "", ""), 0, "", "")).items() if f != "agency"}
    if not {"year", "edition", "revision"} <= set(content) <= set(kinds) or any(type(v) is not kinds[f] for f, v in content.items()):
        return None
    return Identity(Agency(**agency), **content)


def _sane(identity: Identity) -> bool:
    """Whether every field is within the bounds of what we write: no text hides characters, and no text or number is too long to be laid out."""
    agency, levels = identity.agency, identity.levels.split(",") if identity.levels else []
    texts = [text for text in (*asdict(agency).values(), *asdict(identity).values()) if isinstance(text, str)]
    visible = all(map(is_plain, texts)) and bool(packed(identity))  # no roster and no terms let others in
    short = len(agency.code) <= MOST_CODE and len(agency.name) <= MOST_NAME and all(len(getattr(identity, name)) <= most for name, most in _MOST.items())
    counts = identity.rows in range(_MOST_ROWS + 1) and identity.correction in range(_MOST_ROUNDS + 1) and identity.year in _YEARS
    known = {agency.level, *levels} <= set(level_names()) and len(set(levels)) == len(levels) and bool(_REVISION.fullmatch(identity.revision))
    numbers = all(isinstance(text, str) and len(key) < 100 and _is_number(text) for key, text in identity.prior.items())
    return short and visible and counts and known and numbers and unpacked_settings(identity.settings) is not None


def _is_number(text: str) -> bool:
    return bool(_NUMBER.fullmatch(text)) and sum(map(str.isdecimal, text)) <= _DIGITS


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


__all__ = ["Agency", "Identity", "chunks", "is_seal", "packed", "personal", "seal_of", "sealed", "unpacked"]
