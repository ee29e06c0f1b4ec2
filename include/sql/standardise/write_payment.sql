-- Make the payments of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.payment_no,
        fresh.method_code,
        fresh.currency_code,
        fresh.paid_amount,
        fresh.paid_at
    from jsonb_populate_recordset(null::source.payment, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.payment as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.payment_no = old.payment_no
        )
    returning old.source_key
),

written as (
    insert into source.payment as old (
        source_key,
        payment_no,
        method_code,
        currency_code,
        paid_amount,
        paid_at
    )
    select
        given.source_key,
        given.payment_no,
        given.method_code,
        given.currency_code,
        given.paid_amount,
        given.paid_at
    from given
    order by given.source_key, given.payment_no
    on conflict (source_key, payment_no) do update
        set
            method_code = excluded.method_code,
            currency_code = excluded.currency_code,
            paid_amount = excluded.paid_amount,
            paid_at = excluded.paid_at
        where
        (
            old.method_code,
            old.currency_code,
            old.paid_amount,
            old.paid_at
        ) is distinct from (
            excluded.method_code,
            excluded.currency_code,
            excluded.paid_amount,
            excluded.paid_at
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
