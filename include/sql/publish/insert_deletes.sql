-- Intend to delete records that the hub made, each once: not while its delete is open, dead or done.
-- params: channel text, entity text, golden_ids uuid[], source_keys text[], run_id text
insert into publish.delivery (channel, entity, golden_id, source_key, op, fields, run_id)
select
    %(channel)s::text as channel,
    %(entity)s::text as entity,
    item.golden_id,
    item.source_key,
    'delete' as op,
    array[]::text[] as fields,
    %(run_id)s::text as run_id
from unnest(%(golden_ids)s::uuid[], %(source_keys)s::text[]) as item (golden_id, source_key)
where
    not exists (
        select 1
        from publish.delivery as known
        where
            known.channel = %(channel)s::text
            and known.source_key = item.source_key
            and known.op = 'delete'
            and known.state <> 'superseded'
    )
order by item.source_key collate "C"
returning delivery_id
