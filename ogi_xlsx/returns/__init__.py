"""One workbook going out and coming back: identity, writing, reading, comparing with what was issued."""
