-- Remove golden records: they have no members any more, or what they are now is written next.
-- params: golden_ids uuid[]
with contacts as (
    delete from master.contact as contact
    where contact.golden_id = any(%(golden_ids)s::uuid[])
)

delete from master.customer as customer
where customer.golden_id = any(%(golden_ids)s::uuid[])
