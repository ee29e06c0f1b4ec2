-- Intend to create the customers that policy wants in a target and that have no record there (a deleted one is one):
-- those that changed, and those into which a golden record went up whose create was given up. Not while a create of
-- theirs is open, dead or made under whatever golden id: an id belongs to whoever holds its source key now.
-- params: channel text, prefix text, after_change_id bigint, upto_change_id bigint, kinds text[], levels text[],
-- params: fields text[], run_id text
with known as (
    select
        delivery.state,
        delivery.golden_id as named_golden_id,
        holder.golden_id
    from publish.delivery as delivery
    inner join master.alias as alias on delivery.golden_id = alias.golden_id
    inner join match.crosswalk as holder on alias.source_key = holder.source_key
    where delivery.channel = %(channel)s::text and delivery.op = 'create'
)

insert into publish.delivery (channel, entity, golden_id, op, fields, state, seen_change_at, run_id)
select
    %(channel)s::text as channel,
    'customer' as entity,
    golden.golden_id,
    'create' as op,
    %(fields)s::text[] as fields,
    'waiting' as state,
    (
        select max(version.seen_at)
        from match.crosswalk as crosswalk
        inner join source.customer as record on crosswalk.source_key = record.source_key
        inner join landing.version as version on record.version_id = version.version_id
        where crosswalk.golden_id = golden.golden_id
    ) as seen_change_at,
    %(run_id)s::text as run_id
from master.customer as golden
where
    (
        golden.golden_id in (
            select change.golden_id
            from publish.change as change
            where
                change.entity = 'customer'
                and change.change_id > %(after_change_id)s::bigint
                and change.change_id <= %(upto_change_id)s::bigint
        )
        or golden.golden_id in (
            select known.golden_id
            from known
            where known.state = 'superseded' and known.golden_id <> known.named_golden_id
        )
    )
    and golden.status = 'active'
    and golden.legal_name is not null
    and golden.kind = any(%(kinds)s::text[])
    and (cardinality(%(levels)s::text[]) = 0 or golden.level_code = any(%(levels)s::text[]))
    and not exists (
        select 1
        from match.crosswalk as member
        where member.golden_id = golden.golden_id and starts_with(member.source_key, %(prefix)s::text)
    )
    and not exists (
        select 1
        from known
        where known.golden_id = golden.golden_id and known.state <> 'superseded'
    )
order by golden.golden_id
returning delivery_id
