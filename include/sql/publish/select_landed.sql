-- The version of each of these records that was landed last, unless it is a delete.
-- params: keys text[]
select
    latest.source_key,
    latest.version_at,
    latest.digest
from unnest(%(keys)s::text[]) as wanted (source_key)
cross join
    lateral (
        select
            version.source_key,
            version.version_at,
            version.op,
            version.digest
        from landing.version as version
        where version.source_key = wanted.source_key
        order by version.version_at desc, version.seen_at desc, version.digest desc
        limit 1
    ) as latest
where latest.op = 'upsert'
