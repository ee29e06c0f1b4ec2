"""Reconcile one target: read records back, and sort what differs into ours, theirs and both.

One DAG a channel that is a target. Reads a sample every day, another one each day, and everything in
the first run of a month that comes to its end. What the hub owns and the target does not show is
planned again; what was edited in the target is noted, and the hub's value goes out again where the
hub owns the field. A record that is missing there is noted, never made anew; one that changed while
its gather passed over it is read by the next gather.

**Hands over** deliveries to the next run of `publish_<channel>`, findings in `publish.drift`, and those
of them that are unseen to the next run of `gather_<channel>`.

**If it fails**: see docs/runbooks/reconcile.md. It only reads the target; what was found is kept.

**Safe to run again**: yes, at any time; what is planned already is not planned twice.
"""

from airflow.sdk import DAG, CronTriggerTimetable, Param, get_current_context, task

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.flows import steps
from customer_hub.flows.defaults import NOT_AT_ONCE, Tag, default_args


def make_reconcile(channel: ChannelConfig) -> DAG:
    """Return the reconciliation DAG of one target."""
    with DAG(
        f"reconcile_{channel.name}",
        dag_display_name=f"Reconcile: {channel.title}",
        schedule=CronTriggerTimetable(
            "0 20 * * *", timezone="Asia/Shanghai", run_immediately=NOT_AT_ONCE
        ),
        catchup=False,
        max_active_runs=1,
        default_args=default_args(minutes=720),
        params={
            "scope": Param(
                None,
                type=["null", "string"],
                enum=[None, "sample", "all"],
                description="sample, all, or empty: all once a month",
            )
        },
        tags={Tag.HUB, Tag.PUBLISH},
        doc_md=__doc__,
    ) as dag:

        @task
        def reconcile() -> dict[str, object]:
            """Read back, compare, plan again what is the hub's."""
            context = get_current_context()
            run = context["dag_run"]
            return steps.reconcile(
                channel.name, run.run_id, run.run_after, context["params"]["scope"]
            )

        reconcile()
    return dag


for _channel in read_channels().values():
    if _channel.publish:
        globals()[f"reconcile_{_channel.name}"] = make_reconcile(_channel)
