-- Orders of all channels, each once, with the golden customer who bought and the lines; the oldest first. A null bound or
-- code: all. What was paid and paid back is told by the payments, amounts of lines stand as text: JSON numbers are no amounts.
-- params: as_of timestamptz (customers as the hub had them then; null: now), start_at timestamptz,
-- end_at timestamptz (exclusive), status_code text, channel text
with holder as (
    -- A merge that ran beside a match may leave a source key in two versions until the next one.
    select distinct on (member.source_key)
        member.source_key,
        golden.golden_id,
        golden.clear_values ->> 'legal_name' as legal_name
    from master.customer_version as golden
    cross join unnest(golden.member_keys) as member (source_key)
    where
        golden.op <> 'removed'
        and (golden.recorded_from <= %(as_of)s::timestamptz or %(as_of)s::timestamptz is null)
        and (golden.recorded_to is null or golden.recorded_to > %(as_of)s::timestamptz)
    order by member.source_key asc, golden.recorded_from desc, golden.golden_id asc
)

select
    placed.source_key,
    holder.golden_id,
    holder.legal_name,
    placed.channel,
    placed.order_number,
    placed.ordered_at,
    placed.status_code,
    placed.currency_code,
    placed.total_amount,
    placed.discount_amount,
    placed.shipping_amount,
    placed.fee_amount,
    placed.tax_amount,
    settled.paid_amount,
    settled.refunded_amount,
    placed.total_amount - settled.refunded_amount as net_amount,
    coalesce((
        select
            jsonb_agg(
                jsonb_build_object(
                    'line_no', line.line_no,
                    'product_code', line.product_code,
                    'product_name', line.product_name,
                    'category', line.category,
                    'is_return', line.is_return,
                    'returns_line_no', line.returns_line_no,
                    'quantity', line.quantity::text,
                    'price_amount', line.price_amount::text,
                    'line_amount', line.line_amount::text,
                    'shipped_quantity', line.shipped_quantity::text,
                    'returned_quantity', line.returned_quantity::text
                )
                order by line.line_no
            )
        from source.order_line as line
        where placed.source_key = line.source_key
    ), '[]'::jsonb) as order_lines
from source.sales_order as placed
left join holder on placed.buyer_source_key = holder.source_key
cross join
    lateral (
        select
            coalesce(sum(paid.paid_amount) filter (where paid.paid_amount > 0), 0)::numeric(18, 4) as paid_amount,
            coalesce(-sum(paid.paid_amount) filter (where paid.paid_amount < 0), 0)::numeric(18, 4) as refunded_amount
        from source.payment as paid
        where placed.source_key = paid.source_key
    ) as settled
where
    placed.is_counted
    and not placed.is_deleted
    and (placed.ordered_at >= %(start_at)s::timestamptz or %(start_at)s::timestamptz is null)
    and (placed.ordered_at < %(end_at)s::timestamptz or %(end_at)s::timestamptz is null)
    and (placed.status_code = %(status_code)s::text or %(status_code)s::text is null)
    and (placed.channel = %(channel)s::text or %(channel)s::text is null)
order by placed.ordered_at asc nulls last, placed.source_key collate "C" asc
