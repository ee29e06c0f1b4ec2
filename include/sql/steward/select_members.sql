-- The source records of a golden customer, with how many orders (each once) and tickets each has.
-- params: customer_id uuid, size integer
select
    crosswalk.source_key,
    member.channel,
    member.source_id,
    member.legal_name,
    member.version_at,
    member.first_created_at,
    ordered.order_count,
    asked.ticket_count,
    coalesce(member.is_deleted, true) as is_deleted
from match.crosswalk as crosswalk
left join source.customer as member on crosswalk.source_key = member.source_key
cross join
    lateral (
        select count(*) as order_count
        from source.sales_order as placed
        where crosswalk.source_key = placed.buyer_source_key and placed.is_counted and not placed.is_deleted
    ) as ordered
cross join
    lateral (
        select count(*) as ticket_count
        from source.ticket as opened
        where opened.customer_source_key = crosswalk.source_key and not opened.is_deleted
    ) as asked
where crosswalk.golden_id = %(customer_id)s::uuid
order by crosswalk.source_key
limit %(size)s::integer
