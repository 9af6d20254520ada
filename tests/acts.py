"""What may be made of a file on a cluster: functions that processes there can import."""

import os
import signal
import time
from pathlib import Path


def name(file):
    """The name of a file; one called 坏 ends its process, one called 更坏 the Dask worker beside it, two processes up."""
    called = Path(file.path).name
    if called == "坏":
        os._exit(1)
    if called == "更坏":
        beside = os.getppid()
        os.kill(int(Path(f"/proc/{beside}/stat").read_text().rpartition(")")[2].split()[1]), signal.SIGKILL)
        time.sleep(60)
    return called


def trace(file):
    """Leaves a trace of each file, slowly."""
    time.sleep(0.1)
    Path(file.path + ".read").touch()
    return file.path
