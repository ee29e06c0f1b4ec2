-- How many records of a channel the hub knows, by entity: what a push is measured against.
-- params: channel text
select
    'customer' as entity,
    count(*) as known_count
from source.customer as record
where record.channel = %(channel)s::text and not record.is_deleted
union all
select
    'contact' as entity,
    count(*) as known_count
from source.contact as record
where record.channel = %(channel)s::text and not record.is_deleted
