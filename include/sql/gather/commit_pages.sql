-- Count pages (or a sweep) into their window and remember where to go on after a crash.
-- params: window_id bigint, page_cursor jsonb, seen_at timestamptz, received bigint, duplicate bigint, outside bigint,
-- params: refused bigint
update hub.gathered_window
set
    page_cursor = coalesce(%(page_cursor)s::jsonb, page_cursor),
    seen_at = greatest(seen_at, %(seen_at)s::timestamptz),
    received_count = received_count + %(received)s::bigint,
    duplicate_count = duplicate_count + %(duplicate)s::bigint,
    outside_count = outside_count + %(outside)s::bigint,
    refused_count = refused_count + %(refused)s::bigint
where window_id = %(window_id)s::bigint
