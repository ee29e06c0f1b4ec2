-- Note where a target and the hub differ; a record that is both unseen and something else of its own is noted once a field.
-- params: channel text, entity text, run_id text, source_keys text[], fields text[], sides text[], actions text[]
insert into publish.drift (source_key, field, channel, entity, side, action, run_id)
select
    found.source_key,
    found.field,
    %(channel)s::text as channel,
    %(entity)s::text as entity,
    found.side,
    found.action,
    %(run_id)s::text as run_id
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(sides)s::text[], %(actions)s::text[])
        as found (source_key, field, side, action)
on conflict (source_key, field) do nothing
