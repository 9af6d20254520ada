"""Spreadsheet template toolkit for the tables of China's annual report on open government information.

The flow reads as the folders do: `form` says what the form is, `returns` sends a workbook out and reads it back,
`review` judges one return, `county` gathers many, `render` tells it, `cli` takes options in.
"""

__version__ = "0.1.0"
