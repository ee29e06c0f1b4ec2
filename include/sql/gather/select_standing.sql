-- What the hub has of each record that was read, in their order: the latest landed version of its source key,
-- whether an equal version landed before (also at the same moment), whether our own write gave its update time, and
-- whether it shows our own write and nothing else.
-- params: source_keys text[], ops text[], version_ats timestamptz[], digests bytea[], seen_ats timestamptz[]
select
    latest.op,
    latest.digest,
    latest.version_at,
    latest.seen_at,
    exists(
        select 1 from landing.version as equal
        where
            equal.source_key = incoming.source_key
            and equal.version_at = incoming.version_at
            and equal.op = incoming.op
            and equal.digest = incoming.digest
    ) as has_equal,
    exists(
        select 1 from landing.version as same
        where
            same.source_key = incoming.source_key
            and same.version_at = incoming.version_at
            and same.seen_at = incoming.seen_at
            and same.op = incoming.op
            and same.digest = incoming.digest
    ) as has_same,
    exists(
        select 1 from publish.echo as echo
        where
            echo.source_key = incoming.source_key
            and echo.version_at = incoming.version_at
    ) as is_echo,
    exists(
        select 1 from publish.echo as echo
        where
            echo.source_key = incoming.source_key
            and echo.version_at = incoming.version_at
            and echo.digest = incoming.digest
    ) as is_own_write
from
    unnest(
        %(source_keys)s::text[], %(ops)s::text[], %(version_ats)s::timestamptz[], %(digests)s::bytea[],
        %(seen_ats)s::timestamptz[]
    ) with ordinality as incoming (source_key, op, version_at, digest, seen_at, ordinal)
left join lateral (
    select
        landed.op,
        landed.digest,
        landed.version_at,
        landed.seen_at
    from landing.version as landed
    where landed.source_key = incoming.source_key
    order by landed.version_at desc, landed.seen_at desc, landed.digest desc
    limit 1
) as latest on true
order by incoming.ordinal
