"""Many returns: the roster, issuing workbooks, whose file is whose, the summary."""
