"""Back up the hub to S3 and prove it by a restore; drill the newest verified one every week.

`backup_master` (daily) writes a consistent, sealed backup, its manifest last, and restores it at
once into a scratch database with the restored key backup: only then it counts. `restore_drill`
(weekly) proves again that the newest verified backup still restores.

**Hands over** `backup.manifest` and `backup.drill`.

**If it fails**: see docs/runbooks/backup_master.md and docs/runbooks/restore_drill.md. The last
verified backup stays.

**Safe to run again**: yes; each run is a new backup or a new drill.
"""

from airflow.sdk import DAG, CronTriggerTimetable, get_current_context, task

from customer_hub.flows import steps
from customer_hub.flows.defaults import NOT_AT_ONCE, Tag, default_args


def make_backup_dag(name: str, title: str, cron: str) -> DAG:
    """Return a DAG with what the backup DAGs share."""
    return DAG(
        name,
        dag_display_name=title,
        schedule=CronTriggerTimetable(cron, timezone="Asia/Shanghai", run_immediately=NOT_AT_ONCE),
        catchup=False,
        max_active_runs=1,
        default_args=default_args(minutes=240),
        tags={Tag.HUB, Tag.BACKUP},
        doc_md=__doc__,
    )


with make_backup_dag("backup_master", "Back up the customer master", "0 7 * * *"):

    @task
    def write() -> str:
        """Write the backup; returns its id."""
        return steps.write_backup(get_current_context()["dag_run"].run_id)

    @task
    def prove(backup_id: str) -> dict[str, object]:
        """Restore it and compare."""
        return steps.prove_backup(backup_id)

    prove(write())

with make_backup_dag("restore_drill", "Restore drill", "0 9 * * 0"):

    @task
    def drill() -> dict[str, object]:
        """Restore the newest verified backup and compare."""
        return steps.prove_backup(None)

    drill()
