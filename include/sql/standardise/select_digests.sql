-- The digests of what is sealed now for the given source keys, so that nothing is sealed again in vain.
-- params: source_keys text[]
select
    'customer' as table_name,
    customer.source_key as row_key,
    segment.name as segment,
    segment.digest
from source.customer as customer
cross join
    lateral (
        values
        ('identity', customer.identity_digest),
        ('finance', customer.finance_digest),
        ('free_text', customer.free_text_digest)
    ) as segment (name, digest)
where customer.source_key = any(%(source_keys)s::text[])
union all
select
    'ticket' as table_name,
    ticket.source_key as row_key,
    'free_text' as segment,
    ticket.free_text_digest as digest
from source.ticket as ticket
where ticket.source_key = any(%(source_keys)s::text[])
union all
select
    'contact_point' as table_name,
    point.source_key || '|' || point.ordinal as row_key,
    'contact' as segment,
    point.contact_digest as digest
from source.contact_point as point
where point.source_key = any(%(source_keys)s::text[])
union all
select
    'address' as table_name,
    address.source_key || '|' || address.ordinal as row_key,
    'contact' as segment,
    address.contact_digest as digest
from source.address as address
where address.source_key = any(%(source_keys)s::text[])
union all
select
    'interaction' as table_name,
    interaction.source_key || '|' || interaction.ordinal as row_key,
    'free_text' as segment,
    interaction.free_text_digest as digest
from source.interaction as interaction
where interaction.source_key = any(%(source_keys)s::text[])
union all
select
    'feedback' as table_name,
    feedback.source_key || '|' || feedback.kind_code as row_key,
    'free_text' as segment,
    feedback.free_text_digest as digest
from source.feedback as feedback
where feedback.source_key = any(%(source_keys)s::text[])
