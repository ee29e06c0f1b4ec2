-- An approved import has landed.
-- params: token text, window_id bigint, landed_count bigint, author text
update hub.import
set
    state = 'applied',
    window_id = %(window_id)s::bigint,
    landed_count = %(landed_count)s::bigint,
    author = %(author)s::text,
    applied_at = now()
where token = %(token)s::text
