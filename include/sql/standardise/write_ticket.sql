-- Make the tickets of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.channel,
        fresh.source_id,
        fresh.version_id,
        fresh.version_at,
        fresh.is_deleted,
        fresh.customer_source_key,
        fresh.status_code,
        fresh.opened_at,
        fresh.resolved_at,
        fresh.standardiser_version,
        fresh.free_text_sealed,
        fresh.free_text_digest
    from jsonb_populate_recordset(null::source.ticket, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.ticket as old
    where
        old.source_key = any(%(source_keys)s::text[])
        and not exists (
            select 1
            from given as kept
            where kept.source_key = old.source_key
        )
    returning old.source_key
),

written as (
    insert into source.ticket as old (
        source_key,
        channel,
        source_id,
        version_id,
        version_at,
        is_deleted,
        customer_source_key,
        status_code,
        opened_at,
        resolved_at,
        standardiser_version,
        free_text_sealed,
        free_text_digest
    )
    select
        given.source_key,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.is_deleted,
        given.customer_source_key,
        given.status_code,
        given.opened_at,
        given.resolved_at,
        given.standardiser_version,
        given.free_text_sealed,
        given.free_text_digest
    from given
    order by given.source_key
    on conflict (source_key) do update
        set
            channel = excluded.channel,
            source_id = excluded.source_id,
            version_id = excluded.version_id,
            version_at = excluded.version_at,
            is_deleted = excluded.is_deleted,
            customer_source_key = excluded.customer_source_key,
            status_code = excluded.status_code,
            opened_at = excluded.opened_at,
            resolved_at = excluded.resolved_at,
            standardiser_version = excluded.standardiser_version,
            free_text_sealed = case
                when old.free_text_digest is not distinct from excluded.free_text_digest then old.free_text_sealed
                else excluded.free_text_sealed
            end,
            free_text_digest = excluded.free_text_digest
        where
        (
            old.channel,
            old.source_id,
            old.version_id,
            old.version_at,
            old.is_deleted,
            old.customer_source_key,
            old.status_code,
            old.opened_at,
            old.resolved_at,
            old.standardiser_version,
            old.free_text_digest
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.is_deleted,
            excluded.customer_source_key,
            excluded.status_code,
            excluded.opened_at,
            excluded.resolved_at,
            excluded.standardiser_version,
            excluded.free_text_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
