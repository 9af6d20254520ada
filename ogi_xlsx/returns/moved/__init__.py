"""Rows, columns and sheets that were moved, put back where their labels make it certain."""
