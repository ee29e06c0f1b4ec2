-- Windows that are not closed, with what holds them.
-- params: none
select
    win.window_id,
    win.channel,
    win.entity,
    win.state,
    win.start_at,
    win.end_at,
    win.received_count,
    win.hold_reason
from hub.gathered_window as win
where win.state <> 'closed'
order by win.channel, win.entity, win.start_at, win.window_id
