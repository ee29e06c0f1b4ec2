-- What a step of a run did; a step that runs again replaces its own receipt.
-- params: run_id text, step text, channel text, entity text, window_id bigint, counts jsonb,
--         root_hash bytea
insert into hub.run_receipt (run_id, step, channel, entity, window_id, counts, root_hash)
values (
    %(run_id)s::text,
    %(step)s::text,
    %(channel)s::text,
    %(entity)s::text,
    %(window_id)s::bigint,
    %(counts)s::jsonb,
    %(root_hash)s::bytea
)
on conflict (run_id, step, channel, entity, window_id)
do update set counts = excluded.counts, root_hash = excluded.root_hash, recorded_at = now()
