"""Import heavy libraries once, in the scheduler, before it forks its workers.

Airflow imports this module by its name when it starts. With LocalExecutor each task is a fork of a
fork of the scheduler: what the scheduler has imported, a task has for nothing and shares the
memory of. None of the hub's own modules is named here, so tasks see its code as it is now.
"""

import importlib
import logging
import sys

HEAVY = (
    "airflow.sdk.execution_time.task_runner",
    "airflow.sdk.execution_time.supervisor",
    "airflow.providers.standard.operators.python",
    "sqlalchemy.dialects.postgresql.psycopg",
    "psycopg",
    "pydantic_settings",
    "cryptography.hazmat.primitives.ciphers.aead",
    "requests",
    "pandas",
    "great_expectations",
    "boto3",
    "phonenumbers",
    "pypinyin",
    "opencc",
    "rapidfuzz",
    "email_validator",
    "requests_oauthlib",
    "paramiko",
)

if "scheduler" in sys.argv[1:2]:
    for name in HEAVY:
        try:
            importlib.import_module(name)
        except ImportError:
            logging.getLogger(__name__).warning("preload: %s is not installed", name)
