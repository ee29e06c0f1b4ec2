-- How many versions of a window landed, and how many of them are kept back.
-- params: window_id bigint
select
    count(*) as landed_count,
    count(*) filter (where exists (
        select 1
        from quarantine.record as kept
        where kept.version_id = version.version_id and kept.state in ('open', 'repaired')
    )) as quarantined_count
from landing.version as version
where version.window_id = %(window_id)s::bigint
