"""A fault of ours: what a maintainer needs goes into a file, and where that is into a sentence."""

import tempfile

from ogi_xlsx import __version__
from ogi_xlsx.form.harmless import lines
from ogi_xlsx.form.words import Sentence, os_reason, say


def details(trace: str) -> Sentence:
    """Where the traceback of a fault was written, or why it could not be."""
    try:
        with tempfile.NamedTemporaryFile("w", prefix="ogi-xlsx-", suffix=".txt", delete=False, encoding="utf-8") as file:
            file.write(lines(f"ogi-xlsx {__version__}\n{trace}"))
    except OSError as error:
        return say("fault_unwritten", reason=os_reason(error))
    return say("fault_details", file=file.name)
