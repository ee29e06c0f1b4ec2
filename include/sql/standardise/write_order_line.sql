-- Make the lines of orders of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.line_no,
        fresh.product_code,
        fresh.product_name,
        fresh.category,
        fresh.quantity,
        fresh.price_amount,
        fresh.line_amount,
        fresh.is_return,
        fresh.returns_line_no,
        fresh.shipped_quantity,
        fresh.returned_quantity
    from jsonb_populate_recordset(null::source.order_line, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.order_line as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.line_no = old.line_no
        )
    returning old.source_key
),

written as (
    insert into source.order_line as old (
        source_key,
        line_no,
        product_code,
        product_name,
        category,
        quantity,
        price_amount,
        line_amount,
        is_return,
        returns_line_no,
        shipped_quantity,
        returned_quantity
    )
    select
        given.source_key,
        given.line_no,
        given.product_code,
        given.product_name,
        given.category,
        given.quantity,
        given.price_amount,
        given.line_amount,
        given.is_return,
        given.returns_line_no,
        given.shipped_quantity,
        given.returned_quantity
    from given
    order by given.source_key, given.line_no
    on conflict (source_key, line_no) do update
        set
            product_code = excluded.product_code,
            product_name = excluded.product_name,
            category = excluded.category,
            quantity = excluded.quantity,
            price_amount = excluded.price_amount,
            line_amount = excluded.line_amount,
            is_return = excluded.is_return,
            returns_line_no = excluded.returns_line_no,
            shipped_quantity = excluded.shipped_quantity,
            returned_quantity = excluded.returned_quantity
        where
        (
            old.product_code,
            old.product_name,
            old.category,
            old.quantity,
            old.price_amount,
            old.line_amount,
            old.is_return,
            old.returns_line_no,
            old.shipped_quantity,
            old.returned_quantity
        ) is distinct from (
            excluded.product_code,
            excluded.product_name,
            excluded.category,
            excluded.quantity,
            excluded.price_amount,
            excluded.line_amount,
            excluded.is_return,
            excluded.returns_line_no,
            excluded.shipped_quantity,
            excluded.returned_quantity
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
