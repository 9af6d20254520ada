"""Reads a report from a PDF with text: paragraphs put together from lines, tables between ruled lines, also where page breaks cut them."""

import logging
import struct
import warnings
import zlib
from collections.abc import Iterator
from contextlib import contextmanager

from ogi_xlsx.form.words import Refusal, say
from ogi_xlsx.published.document import Document

_DAMAGED = (ArithmeticError, AssertionError, AttributeError, EOFError, LookupError, OSError, RuntimeError, TypeError, ValueError, struct.error, zlib.error)


def read(name: str, content: bytes) -> Document:
    """The document in the bytes of a PDF. Raises Refusal with one sentence for what cannot be read."""
    try:
        import pdfminer  # noqa: F401 - an optional extra
    except ImportError:
        raise Refusal(say("published_needs", file=name, what="pdfminer.six")) from None
    with _quiet():
        from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
        from pdfminer.psexceptions import PSException

        from ogi_xlsx.published.readers import pdf_text
        from ogi_xlsx.published.readers.pdf_page import pages

        try:
            drawn = list(pages(name, content))
        except (PDFPasswordIncorrect, PDFEncryptionError):
            raise Refusal(say("published_locked", file=name)) from None
        except (PSException, *_DAMAGED):  # what pdfminer raises for files that are not as they should be
            raise Refusal(say("published_damaged", file=name)) from None
    if not any(page.chars for page in drawn):
        raise Refusal(say("published_scanned" if any(page.pictures for page in drawn) else "prose_empty" if drawn else "published_damaged", file=name))
    return pdf_text.document(name, drawn)


@contextmanager
def _quiet() -> Iterator[None]:
    """What pdfminer says of a file that is not as it should be is nobody's business."""
    log = logging.getLogger("pdfminer")
    before = log.level
    log.setLevel(logging.CRITICAL + 1)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        log.setLevel(before)
