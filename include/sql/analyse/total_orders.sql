-- What customers ordered in a period, by golden customer (null: nobody known) and currency: every order once, those that
-- were cancelled or rejected not at all. The sum over all customers is that of the orders. A null bound or customer: all.
-- params: customer_id uuid, start_at timestamptz, end_at timestamptz
select
    crosswalk.golden_id,
    placed.currency_code,
    count(*) as order_count,
    coalesce(sum(placed.total_amount), 0) as ordered_amount,
    sum(paid_back.refunded_amount) as refunded_amount,
    coalesce(sum(placed.total_amount), 0) - sum(paid_back.refunded_amount) as net_amount
from source.sales_order as placed
left join match.crosswalk as crosswalk on placed.buyer_source_key = crosswalk.source_key
cross join
    lateral (
        select coalesce(-sum(paid.paid_amount), 0) as refunded_amount
        from source.payment as paid
        where placed.source_key = paid.source_key and paid.paid_amount < 0
    ) as paid_back
where
    placed.is_counted
    and not placed.is_deleted
    and placed.status_code is distinct from 'cancelled'
    and placed.status_code is distinct from 'rejected'
    and (crosswalk.golden_id = %(customer_id)s::uuid or %(customer_id)s::uuid is null)
    and (placed.ordered_at >= %(start_at)s::timestamptz or %(start_at)s::timestamptz is null)
    and (placed.ordered_at < %(end_at)s::timestamptz or %(end_at)s::timestamptz is null)
group by crosswalk.golden_id, placed.currency_code
order by crosswalk.golden_id asc, placed.currency_code collate "C" asc
