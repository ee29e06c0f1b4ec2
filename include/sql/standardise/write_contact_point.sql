-- Make the phones, faxes and mails of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.ordinal,
        fresh.type,
        fresh.is_preferred,
        fresh.is_masked,
        fresh.contact_sealed,
        fresh.contact_digest
    from jsonb_populate_recordset(null::source.contact_point, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.contact_point as old
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
    insert into source.contact_point as old (
        source_key,
        ordinal,
        type,
        is_preferred,
        is_masked,
        contact_sealed,
        contact_digest
    )
    select
        given.source_key,
        given.ordinal,
        given.type,
        given.is_preferred,
        given.is_masked,
        given.contact_sealed,
        given.contact_digest
    from given
    order by given.source_key, given.ordinal
    on conflict (source_key, ordinal) do update
        set
            type = excluded.type,
            is_preferred = excluded.is_preferred,
            is_masked = excluded.is_masked,
            contact_sealed = case
                when old.contact_digest is not distinct from excluded.contact_digest then old.contact_sealed
                else excluded.contact_sealed
            end,
            contact_digest = excluded.contact_digest
        where
        (
            old.type,
            old.is_preferred,
            old.is_masked,
            old.contact_digest
        ) is distinct from (
            excluded.type,
            excluded.is_preferred,
            excluded.is_masked,
            excluded.contact_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
