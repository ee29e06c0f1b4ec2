-- Make the addresses of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.ordinal,
        fresh.type,
        fresh.country_code,
        fresh.region_code,
        fresh.contact_sealed,
        fresh.contact_digest
    from jsonb_populate_recordset(null::source.address, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.address as old
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
    insert into source.address as old (
        source_key,
        ordinal,
        type,
        country_code,
        region_code,
        contact_sealed,
        contact_digest
    )
    select
        given.source_key,
        given.ordinal,
        given.type,
        given.country_code,
        given.region_code,
        given.contact_sealed,
        given.contact_digest
    from given
    order by given.source_key, given.ordinal
    on conflict (source_key, ordinal) do update
        set
            type = excluded.type,
            country_code = excluded.country_code,
            region_code = excluded.region_code,
            contact_sealed = case
                when old.contact_digest is not distinct from excluded.contact_digest then old.contact_sealed
                else excluded.contact_sealed
            end,
            contact_digest = excluded.contact_digest
        where
        (
            old.type,
            old.country_code,
            old.region_code,
            old.contact_digest
        ) is distinct from (
            excluded.type,
            excluded.country_code,
            excluded.region_code,
            excluded.contact_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
