"""Do once, in the scheduler, what every task would do again: tasks are forks of forks of it.

Airflow imports this module by its name when it starts. What the scheduler has imported and read
into tables, a task has for nothing and shares the memory of. As with all Airflow plugins, a change
of the hub's code reaches tasks when Airflow is started anew. Nothing here opens a key or a
connection, or reads a file that people edit (channels, policies, suites, SQL): each task does.
"""

import gc
import importlib
import logging
import sys

# Airflow and Great Expectations make millions of objects that stay: the default of 700 new ones
# between two collections looks through them again and again.
gc.set_threshold(50_000, 20, 100)

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
ROOMS = (
    "customer_hub.flows.steps",
    "customer_hub.flows.defaults",
    "customer_hub.flows.connections",
    "customer_hub.channels.espocrm",
    "customer_hub.channels.file_drop",
    "customer_hub.channels.manual",
    "customer_hub.channels.request_tracker",
    "customer_hub.channels.woocommerce",
    "customer_hub.gather.run",
    "customer_hub.validate.gate",
    "customer_hub.validate.master",
    "customer_hub.standardise.run",
    "customer_hub.match.run",
    "customer_hub.merge.run",
    "customer_hub.publish.plan",
    "customer_hub.publish.deliver",
    "customer_hub.backup.drill",
    "customer_hub.backup.write",
)


def preload() -> None:
    """Import the libraries and the rooms, and let them read their tables."""
    for name in (*HEAVY, *ROOMS):
        importlib.import_module(name)
    from customer_hub.values.address import parse_address

    parse_address("广东省深圳市南山区")


if "scheduler" in sys.argv[1:2]:
    try:
        preload()
    except Exception as error:
        # The scheduler must start all the same: whatever is wrong, the task that meets it says so.
        logging.getLogger(__name__).warning("preload: %s", type(error).__name__)
