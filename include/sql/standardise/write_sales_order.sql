-- Make the orders of the given source keys exactly the given rows; returns the source keys that changed.
-- A new order stands for itself until `group_orders` has seen it.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.channel,
        fresh.source_id,
        fresh.version_id,
        fresh.version_at,
        fresh.is_deleted,
        fresh.order_number,
        fresh.customer_source_key,
        fresh.status_code,
        fresh.ordered_at,
        fresh.currency_code,
        fresh.total_amount,
        fresh.discount_amount,
        fresh.shipping_amount,
        fresh.fee_amount,
        fresh.tax_amount,
        fresh.origin_channel,
        fresh.origin_number,
        fresh.standardiser_version
    from jsonb_populate_recordset(null::source.sales_order, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.sales_order as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where kept.source_key = old.source_key
        )
    returning old.source_key
),

written as (
    insert into source.sales_order as old (
        source_key,
        channel,
        source_id,
        version_id,
        version_at,
        is_deleted,
        order_number,
        customer_source_key,
        status_code,
        ordered_at,
        currency_code,
        total_amount,
        discount_amount,
        shipping_amount,
        fee_amount,
        tax_amount,
        origin_channel,
        origin_number,
        standardiser_version,
        order_key,
        buyer_source_key
    )
    select
        given.source_key,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.is_deleted,
        given.order_number,
        given.customer_source_key,
        given.status_code,
        given.ordered_at,
        given.currency_code,
        given.total_amount,
        given.discount_amount,
        given.shipping_amount,
        given.fee_amount,
        given.tax_amount,
        given.origin_channel,
        given.origin_number,
        given.standardiser_version,
        given.source_key as order_key,
        given.customer_source_key as buyer_source_key
    from given
    order by given.source_key
    on conflict (source_key) do update
        set
            channel = excluded.channel,
            source_id = excluded.source_id,
            version_id = excluded.version_id,
            version_at = excluded.version_at,
            is_deleted = excluded.is_deleted,
            order_number = excluded.order_number,
            customer_source_key = excluded.customer_source_key,
            status_code = excluded.status_code,
            ordered_at = excluded.ordered_at,
            currency_code = excluded.currency_code,
            total_amount = excluded.total_amount,
            discount_amount = excluded.discount_amount,
            shipping_amount = excluded.shipping_amount,
            fee_amount = excluded.fee_amount,
            tax_amount = excluded.tax_amount,
            origin_channel = excluded.origin_channel,
            origin_number = excluded.origin_number,
            standardiser_version = excluded.standardiser_version
        where
        (
            old.channel,
            old.source_id,
            old.version_id,
            old.version_at,
            old.is_deleted,
            old.order_number,
            old.customer_source_key,
            old.status_code,
            old.ordered_at,
            old.currency_code,
            old.total_amount,
            old.discount_amount,
            old.shipping_amount,
            old.fee_amount,
            old.tax_amount,
            old.origin_channel,
            old.origin_number,
            old.standardiser_version
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.is_deleted,
            excluded.order_number,
            excluded.customer_source_key,
            excluded.status_code,
            excluded.ordered_at,
            excluded.currency_code,
            excluded.total_amount,
            excluded.discount_amount,
            excluded.shipping_amount,
            excluded.fee_amount,
            excluded.tax_amount,
            excluded.origin_channel,
            excluded.origin_number,
            excluded.standardiser_version
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
