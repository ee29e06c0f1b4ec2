-- How many reconciliations of a target read everything since a moment, and came to their end.
-- params: channel text, since timestamptz
select count(*) as whole_count
from hub.run_receipt as receipt
where
    receipt.step = 'reconcile'
    and receipt.channel = %(channel)s::text
    and receipt.recorded_at >= %(since)s::timestamptz
    and receipt.counts ? 'whole'
