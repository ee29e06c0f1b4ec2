-- Close a window that passed the gate, or that a person waived.
-- params: window_id bigint, unknown_fields jsonb
update hub.gathered_window
set
    state = 'closed',
    hold_reason = null,
    unknown_fields = %(unknown_fields)s::jsonb,
    closed_at = now()
where window_id = %(window_id)s::bigint
