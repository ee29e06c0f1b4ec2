-- Withdraw all that an import landed.
-- params: window_id bigint, token text
insert into landing.withdrawal (version_id, token)
select
    version.version_id,
    %(token)s::text as token
from landing.version as version
where version.window_id = %(window_id)s::bigint
order by version.version_id
