"""Readers of published reports: each kind of file becomes a Document."""
