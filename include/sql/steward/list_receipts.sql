-- What the last steps of the last runs did.
-- params: size integer
select
    receipt.receipt_id,
    receipt.run_id,
    receipt.step,
    receipt.channel,
    receipt.entity,
    receipt.window_id,
    receipt.counts,
    receipt.recorded_at
from hub.run_receipt as receipt
order by receipt.receipt_id desc
limit %(size)s::integer
