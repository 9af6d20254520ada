"""Marks of identity: what we pack comes back, and nothing else is taken for one of ours or stops the reader."""

import base64
import json
import zlib
from typing import Any

import pytest
from hypothesis import example, given, settings, strategies as st

from ogi_xlsx.form.words import level_names, plain
from ogi_xlsx.returns.identity import Agency, Identity, chunks, packed, unpacked

many = settings(max_examples=100, deadline=None)
texts = st.text(max_size=30).map(plain)  # as rosters and terms let them in
names = texts
identities = st.builds(
    Identity,
    agency=st.builds(Agency, names, names, st.sampled_from(list(level_names()))),
    year=st.integers(2000, 2099),
    edition=texts,
    revision=st.builds("{}.{}".format, st.integers(0, 99999), st.integers(0, 99999)),
    typed_totals=st.booleans(),
    rows=st.integers(0, 5000),
    correction=st.integers(0, 99),
    issue=texts,
    circular=texts,
    deadline=texts,
    office=texts,
    banner=st.text(max_size=300).map(lambda text: plain(text, 300)),
    seal=texts,
)


@many
@given(identities)
def test_an_identity_comes_back_from_its_mark(identity: Identity) -> None:
    mark = packed(identity)
    assert unpacked(mark) == identity
    assert "".join(chunks(mark)) == mark
    assert mark.isascii() and all(0 < len(piece) <= 200 for piece in chunks(mark))


@many
@given(st.one_of(st.text(), st.binary().map(lambda raw: base64.urlsafe_b64encode(raw).decode())))
@example("")
@example("=")
@example("甲" * 9)
@example(base64.urlsafe_b64encode(zlib.compress(b"[" * 100_000)).decode())
@example(base64.urlsafe_b64encode(zlib.compress(b"1" * 100_000)).decode())
@example(base64.urlsafe_b64encode(zlib.compress(b" " * 10_000_000)).decode())
def test_any_other_text_is_no_mark(text: str) -> None:
    assert unpacked(text) is None


anything = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.just("\ud800"), st.lists(st.integers(), max_size=2), st.just({}))


@many
@given(identities, st.data())
def test_a_mark_with_other_fields_is_none_of_ours_or_a_whole_identity(identity: Identity, data: st.DataObject) -> None:
    content: dict[str, Any] = _content(packed(identity))
    agency = content["agency"]
    for fields in (content, agency):
        for name in data.draw(st.lists(st.sampled_from([*fields, "another"]), max_size=2, unique=True)):
            if data.draw(st.booleans()):
                fields.pop(name, None)
            else:
                fields[name] = data.draw(anything)
    found = unpacked(_mark(content))
    assert found is None or unpacked(packed(found)) == found


@pytest.mark.parametrize("field", ["edition", "revision", "year", "agency", "schema"])
def test_a_mark_without_a_field_that_every_mark_has_is_none_of_ours(field: str) -> None:
    content = _content(packed(Identity(Agency("1", "甲镇", "township"), 2025, "2021", "1.1")))
    del content[field]
    assert unpacked(_mark(content)) is None


@pytest.mark.parametrize(
    "text", ["甲\ud800镇", "甲\x1b[31m镇", "甲\n镇", "甲\u202e镇", "甲\u200b镇", "甲\ufffe镇", "甲" * 40_000], ids=lambda text: ascii(text[:12])
)
@pytest.mark.parametrize("field", ["name", "code", "office", "banner"])
def test_a_mark_with_text_that_no_roster_lets_in_is_none_of_ours(field: str, text: str) -> None:
    content = _content(packed(Identity(Agency("1", "甲镇", "township"), 2025, "2021", "1.1")))
    (content["agency"] if field in content["agency"] else content)[field] = text
    assert unpacked(_mark(content)) is None


def _content(mark: str) -> dict[str, Any]:
    """What stands in a mark."""
    found: dict[str, Any] = json.loads(zlib.decompress(base64.urlsafe_b64decode(mark + "=" * (-len(mark) % 4))))
    return found


def _mark(content: dict[str, Any]) -> str:
    """A mark of any content."""
    return base64.urlsafe_b64encode(zlib.compress(json.dumps(content).encode())).decode().rstrip("=")
