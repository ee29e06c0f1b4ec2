"""What all DAGs share: owner, tags, retries by kind of error, time-outs, alerts, assets."""

from datetime import timedelta
from enum import StrEnum
from typing import Any

from airflow.sdk import Asset, ExceptionRetryPolicy, RetryAction, RetryRule
from pendulum import datetime

from customer_hub.core.errors import (
    BackupError,
    BadDataError,
    ChannelContentError,
    ChannelRefusedError,
    ConfigurationError,
    SealError,
    WindowGoneError,
)
from customer_hub.flows.alerts import alert_failed_task

# For the gathers only: the other DAGs have no data of their own. Without a start date, and with no
# time span in which a missed run is made up for, a new one waits for its next time.
START_DATE = datetime(2026, 1, 1, tz="Asia/Shanghai")
NOT_AT_ONCE = timedelta(0)
MASTER = Asset("customer_hub_master", uri="hub://master")


class Tag(StrEnum):
    """The tags by which DAGs are found in the UI."""

    HUB = "customer-master"
    GATHER = "gather"
    BUILD = "build"
    PUBLISH = "publish"
    BACKUP = "backup"
    BULK = "bulk"


def landing_asset(channel: str) -> Asset:
    """Return the asset that says: this channel has closed windows that nobody has built yet."""
    return Asset(f"customer_hub_landing_{channel}", uri=f"hub://landing/{channel}")


# A network fault heals by itself; bad data, a refusal or a wrong setting needs a person at once. The
# first rule that fits decides: a store that is down is a network fault and a BackupError.
RETRY_POLICY = ExceptionRetryPolicy(
    rules=[
        RetryRule(exception=ConnectionError, action=RetryAction.RETRY),
        RetryRule(
            exception=[
                BackupError,
                BadDataError,
                ChannelContentError,
                ChannelRefusedError,
                ConfigurationError,
                SealError,
                WindowGoneError,
            ],
            action=RetryAction.FAIL,
            reason="trying again cannot help; see the runbook",
        ),
    ]
)


def default_args(minutes: int = 30) -> dict[str, Any]:
    """Return the arguments of every task; `minutes` is its time-out."""
    return {
        "owner": "customer-hub",
        "retries": 3,
        "retry_delay": timedelta(seconds=20),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(minutes=10),
        "retry_policy": RETRY_POLICY,
        "execution_timeout": timedelta(minutes=minutes),
        "on_failure_callback": alert_failed_task,
    }
