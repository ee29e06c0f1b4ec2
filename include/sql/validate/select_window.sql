-- One window of the ledger.
-- params: window_id bigint
select
    win.window_id,
    win.channel,
    win.entity,
    win.history,
    win.start_at,
    win.end_at,
    win.state,
    win.fence,
    win.run_id,
    win.seen_at,
    win.received_count,
    win.duplicate_count,
    win.outside_count,
    win.refused_count,
    win.hold_reason
from hub.gathered_window as win
where win.window_id = %(window_id)s::bigint
