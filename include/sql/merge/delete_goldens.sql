-- Remove golden records that have no members any more.
-- params: golden_ids uuid[]
with contacts as (
    delete from master.contact as contact
    where contact.golden_id = any(%(golden_ids)s::uuid[])
)

delete from master.customer as customer
where customer.golden_id = any(%(golden_ids)s::uuid[])
