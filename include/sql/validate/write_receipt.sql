-- Write what a step of a run did; a retry of the step replaces it.
-- params: run_id text, step text, channel text, entity text, window_id bigint, counts jsonb
insert into hub.run_receipt (run_id, step, channel, entity, window_id, counts)
values (
    %(run_id)s::text,
    %(step)s::text,
    %(channel)s::text,
    %(entity)s::text,
    %(window_id)s::bigint,
    %(counts)s::jsonb
)
on conflict (run_id, step, channel, entity, window_id) do update
    set counts = excluded.counts, recorded_at = now()
