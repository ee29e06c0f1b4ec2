-- Close an open task.
-- params: task_id bigint, state text, author text
update steward.task set
    state = %(state)s::text,
    closed_at = now(),
    closed_by = %(author)s::text
where task_id = %(task_id)s::bigint and state = 'open'
returning task_id
