-- Windows that are not closed, held ones first, with the run whose report says why.
-- params: size integer
select
    win.window_id,
    win.channel,
    win.entity,
    win.state,
    win.start_at,
    win.end_at,
    win.received_count,
    win.hold_reason,
    (
        select receipt.run_id
        from hub.run_receipt as receipt
        where receipt.window_id = win.window_id and receipt.step = 'validate'
        order by receipt.receipt_id desc
        limit 1
    ) as run_id
from hub.gathered_window as win
where win.state <> 'closed'
order by (win.state = 'held') desc, win.channel, win.entity asc, win.start_at asc, win.window_id asc
limit %(size)s::integer
