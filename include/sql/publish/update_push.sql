-- Say anew what becomes of a push, and what it would do now.
-- params: push_id bigint, state text, counts jsonb, run_id text
update publish.push
set state = %(state)s::text, counts = %(counts)s::jsonb, run_id = %(run_id)s::text, weighed_at = now()
where push_id = %(push_id)s::bigint
