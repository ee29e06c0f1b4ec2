-- What landed in a window, by key: the content is a keyed digest.
-- params: window_id bigint
select
    version.source_key,
    version.op,
    version.digest
from landing.version as version
where version.window_id = %(window_id)s::bigint
order by
    version.source_key collate "C",
    version.version_at,
    version.seen_at,
    version.op collate "C",
    version.digest
