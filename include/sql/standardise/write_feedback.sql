-- Make the feedback of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.kind_code,
        fresh.channel,
        fresh.source_id,
        fresh.version_id,
        fresh.version_at,
        fresh.is_deleted,
        fresh.standardiser_version,
        fresh.customer_source_key,
        fresh.ticket_source_key,
        fresh.order_source_key,
        fresh.score,
        fresh.scale_code,
        fresh.score_share,
        fresh.given_at,
        fresh.free_text_sealed,
        fresh.free_text_digest
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
        channel,
        source_id,
        version_id,
        version_at,
        is_deleted,
        standardiser_version,
        customer_source_key,
        ticket_source_key,
        order_source_key,
        score,
        scale_code,
        score_share,
        given_at,
        free_text_sealed,
        free_text_digest
    )
    select
        given.source_key,
        given.kind_code,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.is_deleted,
        given.standardiser_version,
        given.customer_source_key,
        given.ticket_source_key,
        given.order_source_key,
        given.score,
        given.scale_code,
        given.score_share,
        given.given_at,
        given.free_text_sealed,
        given.free_text_digest
    from given
    order by given.source_key, given.kind_code
    on conflict (source_key, kind_code) do update
        set
            channel = excluded.channel,
            source_id = excluded.source_id,
            version_id = excluded.version_id,
            version_at = excluded.version_at,
            is_deleted = excluded.is_deleted,
            standardiser_version = excluded.standardiser_version,
            customer_source_key = excluded.customer_source_key,
            ticket_source_key = excluded.ticket_source_key,
            order_source_key = excluded.order_source_key,
            score = excluded.score,
            scale_code = excluded.scale_code,
            score_share = excluded.score_share,
            given_at = excluded.given_at,
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
            old.ticket_source_key,
            old.order_source_key,
            old.score,
            old.scale_code,
            old.score_share,
            old.given_at,
            old.free_text_digest
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.is_deleted,
            excluded.standardiser_version,
            excluded.customer_source_key,
            excluded.ticket_source_key,
            excluded.order_source_key,
            excluded.score,
            excluded.scale_code,
            excluded.score_share,
            excluded.given_at,
            excluded.free_text_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
