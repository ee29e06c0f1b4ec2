-- Make the events of orders of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.event_code,
        fresh.event_at,
        fresh.document_no,
        fresh.line_no,
        fresh.quantity,
        fresh.carrier
    from jsonb_populate_recordset(null::source.order_event, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.order_event as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.event_code = old.event_code
                and kept.event_at = old.event_at
                and kept.document_no = old.document_no
                and kept.line_no = old.line_no
        )
    returning old.source_key
),

written as (
    insert into source.order_event as old (
        source_key,
        event_code,
        event_at,
        document_no,
        line_no,
        quantity,
        carrier
    )
    select
        given.source_key,
        given.event_code,
        given.event_at,
        given.document_no,
        given.line_no,
        given.quantity,
        given.carrier
    from given
    order by given.source_key, given.event_code, given.event_at, given.document_no, given.line_no
    on conflict (source_key, event_code, event_at, document_no, line_no) do update
        set
            quantity = excluded.quantity,
            carrier = excluded.carrier
        where (old.quantity, old.carrier) is distinct from (excluded.quantity, excluded.carrier)
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
