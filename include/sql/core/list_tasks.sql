-- Open tasks: those that say what they are worth first, then the oldest.
-- params: kind text (null: all), most integer (null: all)
select
    task.task_id,
    task.kind,
    task.subject,
    task.expected_value,
    task.detail,
    task.raised_at
from steward.task as task
where task.state = 'open' and (%(kind)s::text is null or task.kind = %(kind)s::text)
order by task.expected_value desc, task.task_id asc
limit %(most)s::integer
