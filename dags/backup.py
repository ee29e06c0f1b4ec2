"""Back up the hub to S3 and prove it by a restore; drill an older backup every week.

`backup_master` (daily) writes a consistent, sealed backup, its manifest last, and restores it at
once into a scratch database with the restored key backup: only then it counts. Then it deletes the
backups that have had their time (include/policy/retention.toml). `restore_drill` (weekly) proves
again that some older backup still restores. Both begin by telling people when the newest verified
backup is older than promised.

**Hands over** `backup.manifest` and `backup.drill`, and signed reports in the bucket.

**If it fails**: see docs/runbooks/backup_master.md and docs/runbooks/restore_drill.md. The last
verified backup stays.

**Safe to run again**: yes; each run is a new backup or a new drill.
"""

from airflow.sdk import DAG, CronTriggerTimetable, XComArg, get_current_context, task

from customer_hub.flows import steps
from customer_hub.flows.defaults import NOT_AT_ONCE, Tag, default_args
from customer_hub.flows.links import DrillReport


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


def run_id() -> str:
    """Return the id of the run that asks."""
    return str(get_current_context()["dag_run"].run_id)


@task
def prove(backup_id: str) -> dict[str, object]:
    """Restore a backup and compare."""
    return steps.prove_backup(backup_id, run_id())


def prove_with_link(backup_id: XComArg) -> XComArg:
    """Return the task that proves a backup; its button leads to the report, also if it fails."""
    proof = prove(backup_id)
    proof.operator.operator_extra_links = (DrillReport(),)
    return proof


with make_backup_dag("backup_master", "Back up the customer master", "0 7 * * *"):

    @task
    def write() -> str:
        """Write the backup; returns its id."""
        return steps.write_backup(run_id())

    @task
    def collect() -> dict[str, object]:
        """Delete what has had its time."""
        return steps.collect_backups()

    prove_with_link(write()) >> collect()

with make_backup_dag("restore_drill", "Restore drill", "0 9 * * 0"):

    @task
    def choose() -> str:
        """Return the id of an older verified backup, whichever chance takes."""
        return steps.choose_older_backup()

    prove_with_link(choose())
