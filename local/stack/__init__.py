"""The whole hub on one machine, from Python packages alone.

PostgreSQL, SeaweedFS, the sandbox channels and the four Airflow processes, started and stopped by
``python -m local.stack up|down|status``. This package is for development, demonstrations and
tests; it is no part of what a company installs, and the hub never imports it.
"""
