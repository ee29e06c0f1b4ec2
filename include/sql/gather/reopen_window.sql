-- Take a window over: fence its former run off. One that was open goes on at its page cursor; one that had landed
-- or was held is read again from its beginning, for the channel may show other things now.
-- params: window_id bigint, run_id text
update hub.gathered_window
set
    fence = fence + 1,
    run_id = %(run_id)s::text,
    page_cursor = case when state = 'open' then page_cursor end,
    state = 'open',
    hold_reason = null
where window_id = %(window_id)s::bigint
