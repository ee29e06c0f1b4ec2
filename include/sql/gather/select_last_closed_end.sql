-- Up to when a channel's entity is covered: the end of its newest closed window, null if there is none.
-- params: channel text, entity text
select max(win.end_at) as end_at
from hub.gathered_window as win
where
    win.channel = %(channel)s::text
    and win.entity = %(entity)s::text
    and win.state = 'closed'
