-- Open tasks, oldest first.
-- params: none
select
    task.task_id,
    task.kind,
    task.subject,
    task.detail,
    task.raised_at
from steward.task as task
where task.state = 'open'
order by task.task_id
