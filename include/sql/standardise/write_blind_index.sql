-- Make the blind hashes of the given source keys exactly the given rows; returns the source keys that changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.kind,
        fresh.hash,
        fresh.standardiser_version
    from jsonb_populate_recordset(null::source.blind_index, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.blind_index as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where
                kept.source_key = old.source_key
                and kept.kind = old.kind
                and kept.hash = old.hash
        )
    returning old.source_key
),

written as (
    insert into source.blind_index as old (
        source_key,
        kind,
        hash,
        standardiser_version
    )
    select
        given.source_key,
        given.kind,
        given.hash,
        given.standardiser_version
    from given
    order by given.source_key, given.kind, given.hash
    on conflict (source_key, kind, hash) do update
        set
            standardiser_version = excluded.standardiser_version
        where
        old.standardiser_version is distinct from excluded.standardiser_version
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
