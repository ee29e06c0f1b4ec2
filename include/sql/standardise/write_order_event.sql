-- Make the events of orders of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.event_code,
        fresh.event_at
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
        )
    returning old.source_key
),

written as (
    insert into source.order_event as old (
        source_key,
        event_code,
        event_at
    )
    select
        given.source_key,
        given.event_code,
        given.event_at
    from given
    order by given.source_key, given.event_code, given.event_at
    on conflict (source_key, event_code, event_at) do nothing
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
