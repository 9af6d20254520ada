"""`python -m ogi_xlsx` is the command `ogi-xlsx`."""

from ogi_xlsx.cli import main

if __name__ == "__main__":
    main()
