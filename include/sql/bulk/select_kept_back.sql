-- The rules that the given source keys broke in a window, warnings too.
-- params: window_id bigint, source_keys text[]
select
    version.source_key,
    kept.rule
from quarantine.record as kept
inner join landing.version as version on kept.version_id = version.version_id
where version.window_id = %(window_id)s::bigint and version.source_key = any(%(source_keys)s::text[])
order by kept.record_id
