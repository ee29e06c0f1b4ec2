"""Publish to one channel: plan what it should hold, deliver it, read it back.

One DAG a channel that is a target. Follows the master asset, or time, for what waits while nothing
changes. Always sends the current golden value, whichever run triggered it. A channel in observe
mode is planned and reported, never written. A push above the channel's limits waits here for a
person's answer (*Required actions*): nothing of it is sent before.

**Hands over** acknowledged values in `publish.sent` and failures in `publish.dead_letter`.

**If it fails**: see docs/runbooks/publish.md. An attempt with unknown outcome is settled by look-up
before it is tried again.

**Safe to run again**: yes, at any time; what is acknowledged is not sent again.
"""

from airflow.sdk import DAG, AssetOrTimeSchedule, CronTriggerTimetable

from customer_hub.channels.config import ChannelConfig, read_channels
from customer_hub.flows.approval import PublishOperator
from customer_hub.flows.defaults import MASTER, NOT_AT_ONCE, Tag, default_args


def make_publish(channel: ChannelConfig) -> DAG:
    """Return the publish DAG of one channel."""
    with DAG(
        f"publish_{channel.name}",
        dag_display_name=f"Publish: {channel.title}",
        schedule=AssetOrTimeSchedule(
            timetable=CronTriggerTimetable(
                "30 7 * * *", timezone="Asia/Shanghai", run_immediately=NOT_AT_ONCE
            ),
            assets=[MASTER],
        ),
        catchup=False,
        max_active_runs=1,
        default_args=default_args(minutes=120),
        tags={Tag.HUB, Tag.PUBLISH},
        doc_md=__doc__,
    ) as dag:
        PublishOperator(task_id="publish", channel=channel.name)
    return dag


for _channel in read_channels().values():
    if _channel.publish:
        globals()[f"publish_{_channel.name}"] = make_publish(_channel)
