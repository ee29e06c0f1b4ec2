-- The golden customers as they stand, for what need not be sealed again.
-- params: golden_ids uuid[]
select
    customer.golden_id,
    customer.identity_sealed,
    customer.identity_digest,
    customer.finance_sealed,
    customer.finance_digest,
    customer.free_text_sealed,
    customer.free_text_digest
from master.customer as customer
where customer.golden_id = any(%(golden_ids)s::uuid[])
