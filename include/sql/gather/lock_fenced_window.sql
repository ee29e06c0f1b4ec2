-- Lock a window for writing; no row when another run has taken it over.
-- params: window_id bigint, fence bigint
select win.window_id
from hub.gathered_window as win
where
    win.window_id = %(window_id)s::bigint
    and win.fence = %(fence)s::bigint
    and win.state = 'open'
for update
