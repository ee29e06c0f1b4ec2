-- Open tasks: those that say what they are worth first, then the oldest.
-- params: none
select
    task.task_id,
    task.kind,
    task.subject,
    task.expected_value,
    task.detail,
    task.raised_at
from steward.task as task
where task.state = 'open'
order by task.expected_value desc, task.task_id asc
