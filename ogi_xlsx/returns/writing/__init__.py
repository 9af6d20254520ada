"""Layouts written as workbooks."""
