"""Failed tasks reach people: the DAG, the run and the task, never what they worked on."""

from typing import Any

from customer_hub.core.alert import send_alert


def alert_failed_task(context: dict[str, Any]) -> None:
    """Send an alert for a task that failed for good. An Airflow failure callback."""
    instance = context["task_instance"]
    error = context.get("exception")
    send_alert(
        "failed_run",
        f"{instance.dag_id} {instance.run_id}",
        task=instance.task_id,
        error=type(error).__name__ if error is not None else "unknown",
    )
