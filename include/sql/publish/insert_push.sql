-- Write what a plan would do to a target, and whether it may go.
-- params: channel text, state text, counts jsonb, run_id text
insert into publish.push (channel, state, counts, run_id)
values (%(channel)s::text, %(state)s::text, %(counts)s::jsonb, %(run_id)s::text)
returning push_id
