-- Up to when a channel's entity is covered without a hole: the end of the stretch of closed windows that its first load
-- begins; null before that.
-- params: channel text, entity text, first_load_from timestamptz
with covered as (
    select unnest(range_agg(tstzrange(win.start_at, win.end_at))) as stretch
    from hub.gathered_window as win
    where
        win.channel = %(channel)s::text
        and win.entity = %(entity)s::text
        and win.state = 'closed'
)

select max(upper(covered.stretch)) as covered_to
from covered
where covered.stretch @> %(first_load_from)s::timestamptz
