"""The peers' side of the judge: their tables, their settings and their runners.

Everything here runs in `.venv-bench`, apart from the hub's packages. The settings are committed
before ours are measured (docs: bench/README.md).
"""
