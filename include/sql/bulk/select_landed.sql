-- Which of the given source keys landed in a window, and as which version.
-- params: window_id bigint, source_keys text[]
select
    version.source_key,
    version.version_id
from landing.version as version
where version.window_id = %(window_id)s::bigint and version.source_key = any(%(source_keys)s::text[])
