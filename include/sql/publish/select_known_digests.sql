-- Digests under which everything in these records is known: as they were gathered, and as our own writes left them since.
-- params: keys text[]
with record as (
    select
        customer.source_key,
        customer.version_id,
        customer.version_at
    from source.customer as customer
    where customer.source_key = any(%(keys)s::text[])
    union all
    select
        contact.source_key,
        contact.version_id,
        contact.version_at
    from source.contact as contact
    where contact.source_key = any(%(keys)s::text[])
)

select
    record.source_key,
    version.digest
from record
inner join landing.version as version on record.version_id = version.version_id
union all
select
    record.source_key,
    echo.digest
from record
inner join publish.echo as echo on record.source_key = echo.source_key
where echo.digest is not null and echo.version_at >= record.version_at
