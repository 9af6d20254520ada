"""Writers of reports for publication: what is printed, and how it looks in Word and on a website."""
