-- The accepted versions of these records, with what opens their payloads.
-- params: keys text[]
select
    record.source_key,
    record.source_id,
    version.version_at,
    version.seen_at,
    version.digest,
    version.subject,
    version.payload
from (
    select
        customer.source_key,
        customer.source_id,
        customer.version_id
    from source.customer as customer
    where customer.source_key = any(%(keys)s::text[])
    union all
    select
        contact.source_key,
        contact.source_id,
        contact.version_id
    from source.contact as contact
    where contact.source_key = any(%(keys)s::text[])
) as record
inner join landing.version as version on record.version_id = version.version_id
order by record.source_key collate "C"
