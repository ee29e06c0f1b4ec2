-- Make the status changes of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.ordinal,
        fresh.from_code,
        fresh.to_code,
        fresh.changed_at,
        fresh.agent
    from jsonb_populate_recordset(null::source.ticket_event, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.ticket_event as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.ordinal = old.ordinal
        )
    returning old.source_key
),

written as (
    insert into source.ticket_event as old (
        source_key,
        ordinal,
        from_code,
        to_code,
        changed_at,
        agent
    )
    select
        given.source_key,
        given.ordinal,
        given.from_code,
        given.to_code,
        given.changed_at,
        given.agent
    from given
    order by given.source_key, given.ordinal
    on conflict (source_key, ordinal) do update
        set
            from_code = excluded.from_code,
            to_code = excluded.to_code,
            changed_at = excluded.changed_at,
            agent = excluded.agent
        where
        (
            old.from_code,
            old.to_code,
            old.changed_at,
            old.agent
        ) is distinct from (
            excluded.from_code,
            excluded.to_code,
            excluded.changed_at,
            excluded.agent
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
