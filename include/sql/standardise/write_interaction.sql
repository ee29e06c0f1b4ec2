-- Make the interactions of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.ordinal,
        fresh.medium_code,
        fresh.direction_code,
        fresh.happened_at,
        fresh.free_text_sealed,
        fresh.free_text_digest
    from jsonb_populate_recordset(null::source.interaction, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.interaction as old
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
    insert into source.interaction as old (
        source_key,
        ordinal,
        medium_code,
        direction_code,
        happened_at,
        free_text_sealed,
        free_text_digest
    )
    select
        given.source_key,
        given.ordinal,
        given.medium_code,
        given.direction_code,
        given.happened_at,
        given.free_text_sealed,
        given.free_text_digest
    from given
    order by given.source_key, given.ordinal
    on conflict (source_key, ordinal) do update
        set
            medium_code = excluded.medium_code,
            direction_code = excluded.direction_code,
            happened_at = excluded.happened_at,
            free_text_sealed = case
                when old.free_text_digest is not distinct from excluded.free_text_digest then old.free_text_sealed
                else excluded.free_text_sealed
            end,
            free_text_digest = excluded.free_text_digest
        where
        (
            old.medium_code,
            old.direction_code,
            old.happened_at,
            old.free_text_digest
        ) is distinct from (
            excluded.medium_code,
            excluded.direction_code,
            excluded.happened_at,
            excluded.free_text_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
