-- Make the feedback of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.kind_code,
        fresh.score,
        fresh.given_at
    from jsonb_populate_recordset(null::source.feedback, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.feedback as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.kind_code = old.kind_code
        )
    returning old.source_key
),

written as (
    insert into source.feedback as old (
        source_key,
        kind_code,
        score,
        given_at
    )
    select
        given.source_key,
        given.kind_code,
        given.score,
        given.given_at
    from given
    order by given.source_key, given.kind_code
    on conflict (source_key, kind_code) do update
        set
            score = excluded.score,
            given_at = excluded.given_at
        where
        (
            old.score,
            old.given_at
        ) is distinct from (
            excluded.score,
            excluded.given_at
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
