-- Make the tags of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.tag
    from jsonb_populate_recordset(null::source.tag, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.tag as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.tag = old.tag
        )
    returning old.source_key
),

written as (
    insert into source.tag as old (
        source_key,
        tag
    )
    select
        given.source_key,
        given.tag
    from given
    order by given.source_key, given.tag
    on conflict (source_key, tag) do nothing
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
