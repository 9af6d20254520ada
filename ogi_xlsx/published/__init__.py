"""The report as a document: what was published is read, what was filed is written for publication, and one is held against the other."""
