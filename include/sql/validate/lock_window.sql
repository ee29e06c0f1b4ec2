-- The state and fence of one window, locked until the transaction ends.
-- params: window_id bigint
select
    win.state,
    win.fence
from hub.gathered_window as win
where win.window_id = %(window_id)s::bigint
for update
