"""One task that publishes, and asks a person in the Airflow UI when a push is above the limits.

One task, not three: a day with nothing to ask costs no skipped task, and the answer is kept in the
hub's own tables, so that a retry or a crash neither sends without it nor asks again.
"""

from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.hitl import HITLOperator

from customer_hub.flows import steps

APPROVE, REJECT, LATER = "Approve", "Reject", "Later"
# The next day's run weighs everything again and asks anew.
_PATIENCE = timedelta(hours=20)


class PublishOperator(HITLOperator):
    """Plan and deliver to one target; what is above its limits waits here for a person.

    Args:
        channel: the target.
    """

    def __init__(self, *, channel: str, **arguments: Any) -> None:
        super().__init__(
            subject=f"Push to {channel}",
            options=[APPROVE, REJECT, LATER],
            defaults=LATER,
            response_timeout=_PATIENCE,
            **arguments,
        )
        self.channel = channel

    def execute(self, context: Any) -> Any:
        """Publish; then, if a push waits for a person, ask and park the task."""
        run_id = context["dag_run"].run_id
        receipt = steps.publish(self.channel, run_id)
        question = steps.find_question(self.channel, run_id)
        if question is None:
            return receipt
        self.subject, self.body = question
        return super().execute(context)

    def execute_complete(self, context: Any, event: dict[str, Any]) -> Any:
        """Take the answer up: deliver, stop writing, or leave it for the next run."""
        answer = super().execute_complete(context, event)
        chosen = answer["chosen_options"][0]
        return steps.answer_push(
            self.channel,
            context["dag_run"].run_id,
            is_approved={APPROVE: True, REJECT: False}.get(chosen),
            person=(answer["responded_by_user"] or {}).get("name") or "unknown",
        )
