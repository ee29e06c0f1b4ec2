-- Move the versions of abandoned windows into the window that takes them over.
-- params: window_id bigint, abandoned bigint[]
update landing.version
set window_id = %(window_id)s::bigint
where window_id = any(%(abandoned)s::bigint[])
