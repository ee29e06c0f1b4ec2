-- Make the interactions of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.ordinal,
        fresh.channel,
        fresh.source_id,
        fresh.version_id,
        fresh.version_at,
        fresh.is_deleted,
        fresh.standardiser_version,
        fresh.customer_source_key,
        fresh.contact_source_key,
        fresh.medium_code,
        fresh.direction_code,
        fresh.status_code,
        fresh.happened_at,
        fresh.ended_at,
        fresh.agent,
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
        channel,
        source_id,
        version_id,
        version_at,
        is_deleted,
        standardiser_version,
        customer_source_key,
        contact_source_key,
        medium_code,
        direction_code,
        status_code,
        happened_at,
        ended_at,
        agent,
        free_text_sealed,
        free_text_digest
    )
    select
        given.source_key,
        given.ordinal,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.is_deleted,
        given.standardiser_version,
        given.customer_source_key,
        given.contact_source_key,
        given.medium_code,
        given.direction_code,
        given.status_code,
        given.happened_at,
        given.ended_at,
        given.agent,
        given.free_text_sealed,
        given.free_text_digest
    from given
    order by given.source_key, given.ordinal
    on conflict (source_key, ordinal) do update
        set
            channel = excluded.channel,
            source_id = excluded.source_id,
            version_id = excluded.version_id,
            version_at = excluded.version_at,
            is_deleted = excluded.is_deleted,
            standardiser_version = excluded.standardiser_version,
            customer_source_key = excluded.customer_source_key,
            contact_source_key = excluded.contact_source_key,
            medium_code = excluded.medium_code,
            direction_code = excluded.direction_code,
            status_code = excluded.status_code,
            happened_at = excluded.happened_at,
            ended_at = excluded.ended_at,
            agent = excluded.agent,
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
            old.standardiser_version,
            old.customer_source_key,
            old.contact_source_key,
            old.medium_code,
            old.direction_code,
            old.status_code,
            old.happened_at,
            old.ended_at,
            old.agent,
            old.free_text_digest
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.is_deleted,
            excluded.standardiser_version,
            excluded.customer_source_key,
            excluded.contact_source_key,
            excluded.medium_code,
            excluded.direction_code,
            excluded.status_code,
            excluded.happened_at,
            excluded.ended_at,
            excluded.agent,
            excluded.free_text_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
