-- Say at an open window that its sweep was refused, for whoever lists windows.
-- params: window_id bigint, fence bigint, hold_reason text
update hub.gathered_window
set hold_reason = %(hold_reason)s::text
where
    window_id = %(window_id)s::bigint
    and fence = %(fence)s::bigint
    and state = 'open'
