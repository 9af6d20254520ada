"""The command line: options in, one call, output, exit code. The only room that knows click.

Exit codes: 0 done · 1 findings of severity error, or a summary that is not complete · 2 it could not be done.
"""

from ogi_xlsx.cli import check, export, importing, issue, publish, status, sum_up
from ogi_xlsx.cli.group import main

__all__ = ["check", "export", "importing", "issue", "main", "publish", "status", "sum_up"]
