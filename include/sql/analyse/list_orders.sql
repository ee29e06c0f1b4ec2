-- The orders of a golden customer in a period (null: no bound; the end is exclusive), each once whatever channels carry it.
-- params: customer_id uuid, start_at timestamptz, end_at timestamptz
select
    placed.order_key,
    placed.source_key,
    placed.order_number,
    placed.ordered_at,
    placed.status_code,
    placed.currency_code,
    placed.total_amount,
    paid_back.refunded_amount,
    placed.total_amount - paid_back.refunded_amount as net_amount,
    (
        select string_agg(other.source_key, ', ' order by other.source_key)
        from source.sales_order as other
        where placed.order_key = other.order_key and placed.source_key <> other.source_key
    ) as repeated_by
from match.crosswalk as crosswalk
inner join source.sales_order as placed on crosswalk.source_key = placed.buyer_source_key
cross join
    lateral (
        select coalesce(-sum(paid.paid_amount), 0) as refunded_amount
        from source.payment as paid
        where placed.source_key = paid.source_key and paid.paid_amount < 0
    ) as paid_back
where
    crosswalk.golden_id = %(customer_id)s::uuid
    and placed.is_counted
    and not placed.is_deleted
    and (placed.ordered_at >= %(start_at)s::timestamptz or %(start_at)s::timestamptz is null)
    and (placed.ordered_at < %(end_at)s::timestamptz or %(end_at)s::timestamptz is null)
order by placed.ordered_at asc, placed.source_key asc
