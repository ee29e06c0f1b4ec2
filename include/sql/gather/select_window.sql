-- One window as it stands, with the number of versions that landed in it.
-- params: window_id bigint
select
    win.window_id,
    win.channel,
    win.entity,
    win.start_at,
    win.end_at,
    win.history,
    win.state,
    win.fence,
    win.page_cursor,
    win.received_count,
    win.duplicate_count,
    win.outside_count,
    win.refused_count,
    win.waived_delete_count,
    (
        select count(*) from landing.version as landed
        where landed.window_id = win.window_id
    ) as landed_count
from hub.gathered_window as win
where win.window_id = %(window_id)s::bigint
