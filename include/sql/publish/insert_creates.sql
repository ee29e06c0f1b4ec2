-- Intend to create the customers that policy wants in a target and that have no record there, deleted ones included.
-- Not again while one is open, dead, or made and not yet gathered (its must-link tells whose it is).
-- params: channel text, prefix text, after_change_id bigint, upto_change_id bigint, kinds text[], levels text[],
-- params: fields text[], run_id text
insert into publish.delivery (
    channel, entity, golden_id, op, fields, state, idempotency_key, seen_change_at, run_id
)
select
    %(channel)s::text as channel,
    'customer' as entity,
    golden.golden_id,
    'create' as op,
    %(fields)s::text[] as fields,
    'waiting' as state,
    gen_random_uuid()::text as idempotency_key,
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
    golden.golden_id in (
        select change.golden_id
        from publish.change as change
        where
            change.entity = 'customer'
            and change.change_id > %(after_change_id)s::bigint
            and change.change_id <= %(upto_change_id)s::bigint
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
        from publish.delivery as other
        where
            other.channel = %(channel)s::text
            and other.golden_id = golden.golden_id
            and other.op = 'create'
            and other.state in ('pending', 'waiting', 'in_flight', 'uncertain', 'dead')
    )
    and not exists (
        select 1
        from publish.delivery as made
        inner join match.decision as link
            on made.source_key in (link.left_key, link.right_key) and link.author = 'hub:publish'
        inner join match.crosswalk as anchor
            on anchor.source_key in (link.left_key, link.right_key) and anchor.source_key <> made.source_key
        where
            made.channel = %(channel)s::text
            and made.op = 'create'
            and made.state = 'confirmed'
            and anchor.golden_id = golden.golden_id
    )
order by golden.golden_id
returning delivery_id
