"""Reads the small parts of a workbook: its own part, shared texts, custom properties, comments."""

from datetime import datetime

from ogi_xlsx.form.layout.cells import Place, area_of
from ogi_xlsx.form.words import plain, say
from ogi_xlsx.returns.opening.parts import R_ID, STRICT, Elements, counted, main, stream
from ogi_xlsx.returns.opening.safety import Unreadable, no_workbook
from ogi_xlsx.returns.writing.texts import unescaped

MOST_SHEETS = 200  # a summary has some 14; a clerk's own workbook hardly 50
MOST_TEXTS = 1_000_000  # shared ones; the details of five thousand agencies hold some hundred thousand
_WINDOWS, _MAC = datetime(1899, 12, 30), datetime(1904, 1, 1)  # day 0 of the two calendars
_CUSTOM = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_VALUES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_YES = {"1", "true", "on"}


class Workbook(Elements):
    """The workbook's own part: sheets (name, state, id of the relation), defined names, whether its structure is locked, day 0 of its calendar."""

    def __init__(self) -> None:
        starts = {"sheet": self._sheet, "definedName": self._name, "workbookPr": self._calendar, "workbookProtection": self._lock}
        super().__init__(main(starts), main({"definedName": self._name_ends}))
        self.sheets: list[tuple[str, str, str]] = []
        self.names: dict[str, str] = {}
        self.epoch, self.structure_locked = _WINDOWS, False
        self._present = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins; its namespace tells the strict form of the format."""
        if tag.startswith(STRICT):
            raise no_workbook("strict")
        super().start(tag, attributes)

    def _sheet(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name", "")
        if not name or name.casefold() in (held.casefold() for held, _, _ in self.sheets):
            raise Unreadable("S103", reason=say("damaged_sheet", sheet=plain(name, 40)))
        self.sheets.append((name, attributes.get("state", "visible"), attributes.get(R_ID, "")))
        if len(self.sheets) > MOST_SHEETS:
            raise Unreadable("S107", what=say("unsafe_sheets", most=MOST_SHEETS))

    def _name(self, attributes: dict[str, str]) -> None:
        self._present = attributes.get("name", "") if "localSheetId" not in attributes else ""

    def _name_ends(self, text: str) -> None:
        if self._present:
            self.names[self._present] = text
            counted(len(self.names))

    def _calendar(self, attributes: dict[str, str]) -> None:
        self.epoch = _MAC if attributes.get("date1904") in _YES else _WINDOWS

    def _lock(self, attributes: dict[str, str]) -> None:
        self.structure_locked = attributes.get("lockStructure") in _YES


def workbook(name: str, data: bytes) -> Workbook:
    """What the workbook's own part tells. Raises Unreadable."""
    handler = Workbook()
    stream(name, data, handler)
    return handler


def texts(name: str, data: bytes) -> list[str]:
    """The shared texts, in order, without their reading aids. Raises Unreadable."""
    handler = _Texts()
    stream(name, data, handler)
    return handler.found


class _Texts(Elements):
    def __init__(self) -> None:
        starts, ends = main({"si": self._begin, "rPh": self._aid}), main({"rPh": self._aid_ends, "si": self._end})
        super().__init__(starts, main({"t": self._piece}), ends)
        self.found: list[str] = []
        self._pieces: list[str] = []
        self._aids = False

    def _begin(self, _: dict[str, str]) -> None:
        self._pieces = []

    def _aid(self, _: dict[str, str]) -> None:
        self._aids = True

    def _aid_ends(self) -> None:
        self._aids = False

    def _piece(self, text: str) -> None:
        if not self._aids:
            self._pieces.append(text)

    def _end(self) -> None:
        self.found.append(unescaped("".join(self._pieces)))
        if len(self.found) > MOST_TEXTS:
            raise Unreadable("S107", what=say("unsafe_texts", most=MOST_TEXTS // 10_000))


def properties(name: str, data: bytes) -> dict[str, str]:
    """Custom properties by name, each as text; of two of one name the first. Raises Unreadable."""
    found: dict[str, str] = {}
    present = ""

    def begin(attributes: dict[str, str]) -> None:
        nonlocal present
        present = attributes.get("name", "")

    def value(text: str) -> None:
        found.setdefault(present, text)
        counted(len(found))

    kinds = ("lpwstr", "lpstr", "bstr", "i4", "r8", "bool", "filetime")
    stream(name, data, Elements({f"{_CUSTOM} property": begin}, {f"{_VALUES} {kind}": value for kind in kinds}))
    return found


def comments(name: str, data: bytes) -> dict[Place, str]:
    """The comments of a sheet by place. Raises Unreadable."""
    found: dict[Place, str] = {}
    pieces: list[str] = []
    ref = ""

    def begin(attributes: dict[str, str]) -> None:
        nonlocal ref
        ref = attributes.get("ref", "")
        pieces.clear()

    def end() -> None:
        if area := area_of(ref):
            found[area[:2]] = unescaped("".join(pieces))
            counted(len(found))

    stream(name, data, Elements(main({"comment": begin}), main({"t": pieces.append}), main({"comment": end})))
    return found
