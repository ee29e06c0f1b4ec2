-- Hold a window that a batch rule refuses.
-- params: window_id bigint, unknown_fields jsonb, hold_reason text
update hub.gathered_window
set
    state = 'held',
    hold_reason = %(hold_reason)s::text,
    unknown_fields = %(unknown_fields)s::jsonb
where window_id = %(window_id)s::bigint
