-- Intend updates, one open delivery a record: what is open already takes the new golden id and the fields in, and is
-- weighed anew.
-- params: channel text, entity text, golden_ids uuid[], source_keys text[], fields text[] (comma-joined), run_id text
with wanted as (
    select
        item.golden_id,
        item.source_key,
        string_to_array(item.fields, ',') as fields
    from unnest(%(golden_ids)s::uuid[], %(source_keys)s::text[], %(fields)s::text[])
        as item (golden_id, source_key, fields)
),

joined as (
    update publish.delivery
    set
        golden_id = wanted.golden_id,
        push_id = null,
        fields = array(
            select field.name
            from unnest(delivery.fields || wanted.fields) as field (name)
            group by field.name
            order by field.name collate "C"
        )
    from wanted
    where
        delivery.channel = %(channel)s::text
        and delivery.op = 'update'
        and delivery.source_key = wanted.source_key
        and delivery.state in ('pending', 'waiting', 'in_flight', 'uncertain')
    returning delivery.source_key
)

insert into publish.delivery (channel, entity, golden_id, source_key, op, fields, run_id)
select
    %(channel)s::text as channel,
    %(entity)s::text as entity,
    wanted.golden_id,
    wanted.source_key,
    'update' as op,
    wanted.fields,
    %(run_id)s::text as run_id
from wanted
where
    not exists (
        select 1 from joined
        where joined.source_key = wanted.source_key
    )
order by wanted.source_key collate "C"
returning delivery_id
