-- Of which channel and entity a window was, by what the gate noted of it; the window itself may be gone.
-- params: window_id bigint
select distinct
    receipt.channel,
    receipt.entity
from hub.run_receipt as receipt
where receipt.window_id = %(window_id)s::bigint
