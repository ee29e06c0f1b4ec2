"""Say clearly when the Python at hand is too old or too new; runs before anything is installed."""

import sys

if not (3, 11) <= sys.version_info[:2] < (3, 14):
    found = ".".join(str(part) for part in sys.version_info[:3])
    sys.exit(f"Python 3.11, 3.12 or 3.13 is needed, this is {found}: make PYTHON=python3.11 ...")
