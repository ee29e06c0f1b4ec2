-- The windows of a channel's entity that are not closed, locked for a take-over, oldest first.
-- params: channel text, entity text
select
    win.window_id,
    win.start_at,
    win.end_at,
    win.state
from hub.gathered_window as win
where
    win.channel = %(channel)s::text
    and win.entity = %(entity)s::text
    and win.state <> 'closed'
order by win.window_id
for update
