"""Gather one channel: read a window, land it sealed, pass it through the gate.

One DAG a channel, made from `include/channels/*.toml`. The same code serves the schedule, a click
and a backfill; a run owns [start, end) of its data interval and takes along what no closed window
covers before it. A click reads up to its date (the form's is now, as is none at all), a channel of whole
days up to the midnight before it; a backfill reads its own days only.

**Hands over** closed windows in `landing` (and `quarantine`) to `build_master`.

**If it fails**: see docs/runbooks/gather.md. A channel that is down is retried; a refused log-in,
bad content or a held window needs a person.

**Safe to run again**: yes, at any time; what is already landed counts as duplicate.
"""

from airflow.sdk import DAG, CronDataIntervalTimetable, get_current_context, task

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.flows import steps
from customer_hub.flows.defaults import START_DATE, Tag, default_args, landing_asset


def make_gather(channel: ChannelConfig) -> DAG:
    """Return the gather DAG of one channel."""
    with DAG(
        f"gather_{channel.name}",
        dag_display_name=f"Gather: {channel.title}",
        schedule=CronDataIntervalTimetable(channel.schedule, timezone=channel.timezone),
        start_date=START_DATE,
        catchup=False,
        max_active_runs=1,
        default_args=default_args(),
        tags={Tag.HUB, Tag.GATHER},
        doc_md=__doc__,
    ) as dag:

        @task
        def gather() -> list[int]:
            """Land every entity of the channel."""
            context = get_current_context()
            run = context["dag_run"]
            end = run.data_interval_end
            if run.run_type == "manual" and run.logical_date:
                # A click's interval ends at the schedule's last time: before what is new.
                end = max(end, run.logical_date)
            return steps.gather_channel(
                channel.name,
                run.run_id,
                run.data_interval_start,
                end,
                is_backfill=run.run_type == "backfill",
            )

        @task(outlets=[landing_asset(channel.name)])
        def validate(windows: list[int]) -> list[dict[str, object]]:
            """Pass the windows through the gate."""
            return steps.validate_windows(
                channel.name, windows, get_current_context()["dag_run"].run_id
            )

        validate(gather())
    return dag


for _channel in read_channels().values():
    globals()[f"gather_{_channel.name}"] = make_gather(_channel)
