"""`python -m ogi_xlsx` is the command `ogi-xlsx`."""

import signal
import sys


def start() -> None:
    """Run the command line; Ctrl-C is met from the first import to the last breath, without a traceback."""
    try:
        from ogi_xlsx.cli import main

        main()
    except KeyboardInterrupt:  # before the command line could say so, or while it did: nothing had begun, or all was undone
        sys.exit(2)
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        exec("")  # noqa: S102 - or `python -m` ends by SIGINT where one came while a text was executed, as a data class is made: the last one counts


if __name__ == "__main__":
    start()
