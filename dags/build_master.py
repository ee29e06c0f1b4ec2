"""Build the master: standardise what is pending, match it, merge it, check it.

Triggered by any landing asset, or by time. Takes everything that is pending in closed windows; when
nothing is, it ends after its first task. A dead channel never blocks it.

**Hands over** the master tables and the outbox `publish.change` to `publish_<channel>`.

**If it fails**: see docs/runbooks/build_master.md. Each step is one transaction over a work queue:
what was not done is still queued.

**Safe to run again**: yes, at any time.
"""

import pendulum
from airflow.sdk import (
    DAG,
    AssetAny,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    get_current_context,
    task,
)

from customer_hub.channels.config import read_channels
from customer_hub.flows import steps
from customer_hub.flows.defaults import (
    MASTER,
    NOT_AT_ONCE,
    Tag,
    default_args,
    landing_asset,
)

with DAG(
    "build_master",
    dag_display_name="Build the customer master",
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(
            "30 6 * * *", timezone="Asia/Shanghai", run_immediately=NOT_AT_ONCE
        ),
        assets=AssetAny(*(landing_asset(name) for name in read_channels())),
    ),
    catchup=False,
    max_active_runs=1,
    default_args=default_args(minutes=120),
    dagrun_timeout=pendulum.duration(hours=6),
    tags={Tag.HUB, Tag.BUILD},
    doc_md=__doc__,
):

    @task.short_circuit(ignore_downstream_trigger_rules=True)
    def standardise() -> dict[str, object] | None:
        """Bring source rows up to date; nothing pending ends the run here."""
        run = get_current_context()["dag_run"]
        result = steps.standardise(run.run_id, run.run_after)
        return result if result["counts"]["waiting"] else None

    @task
    def match() -> dict[str, object]:
        """Match the touched source records."""
        return steps.match(get_current_context()["dag_run"].run_id)

    @task(outlets=[MASTER])
    def merge() -> dict[str, object]:
        """Merge the touched golden records and check them."""
        return steps.merge(get_current_context()["dag_run"].run_id)

    standardise() >> match() >> merge()
