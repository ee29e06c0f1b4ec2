-- The whole of the window has landed: the gate may judge it.
-- params: window_id bigint
update hub.gathered_window
set state = 'landed'
where window_id = %(window_id)s::bigint
