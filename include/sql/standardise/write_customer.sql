-- Make the customers of the given source keys exactly the given rows; returns the source keys that changed.
-- A sealed value is written only where its digest changed.
-- params: source_keys text[], rows jsonb
with given as (
    select
        fresh.source_key,
        fresh.channel,
        fresh.source_id,
        fresh.version_id,
        fresh.version_at,
        fresh.first_created_at,
        fresh.is_deleted,
        fresh.kind,
        fresh.legal_name,
        fresh.short_name,
        fresh.name_pinyin,
        fresh.region_code,
        fresh.industry_code,
        fresh.level_code,
        fresh.lifecycle_code,
        fresh.website,
        fresh.language_code,
        fresh.currency_code,
        fresh.status,
        fresh.parent_source_key,
        fresh.is_validation_downgraded,
        fresh.cleared_fields,
        fresh.standardiser_version,
        fresh.identity_sealed,
        fresh.identity_digest,
        fresh.finance_sealed,
        fresh.finance_digest,
        fresh.free_text_sealed,
        fresh.free_text_digest
    from jsonb_populate_recordset(null::source.customer, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.customer as old
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
    insert into source.customer as old (
        source_key,
        channel,
        source_id,
        version_id,
        version_at,
        first_created_at,
        is_deleted,
        kind,
        legal_name,
        short_name,
        name_pinyin,
        region_code,
        industry_code,
        level_code,
        lifecycle_code,
        website,
        language_code,
        currency_code,
        status,
        parent_source_key,
        is_validation_downgraded,
        cleared_fields,
        standardiser_version,
        identity_sealed,
        identity_digest,
        finance_sealed,
        finance_digest,
        free_text_sealed,
        free_text_digest
    )
    select
        given.source_key,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.first_created_at,
        given.is_deleted,
        given.kind,
        given.legal_name,
        given.short_name,
        given.name_pinyin,
        given.region_code,
        given.industry_code,
        given.level_code,
        given.lifecycle_code,
        given.website,
        given.language_code,
        given.currency_code,
        given.status,
        given.parent_source_key,
        given.is_validation_downgraded,
        given.cleared_fields,
        given.standardiser_version,
        given.identity_sealed,
        given.identity_digest,
        given.finance_sealed,
        given.finance_digest,
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
            first_created_at = excluded.first_created_at,
            is_deleted = excluded.is_deleted,
            kind = excluded.kind,
            legal_name = excluded.legal_name,
            short_name = excluded.short_name,
            name_pinyin = excluded.name_pinyin,
            region_code = excluded.region_code,
            industry_code = excluded.industry_code,
            level_code = excluded.level_code,
            lifecycle_code = excluded.lifecycle_code,
            website = excluded.website,
            language_code = excluded.language_code,
            currency_code = excluded.currency_code,
            status = excluded.status,
            parent_source_key = excluded.parent_source_key,
            is_validation_downgraded = excluded.is_validation_downgraded,
            cleared_fields = excluded.cleared_fields,
            standardiser_version = excluded.standardiser_version,
            identity_sealed = case
                when old.identity_digest is not distinct from excluded.identity_digest then old.identity_sealed
                else excluded.identity_sealed
            end,
            identity_digest = excluded.identity_digest,
            finance_sealed = case
                when old.finance_digest is not distinct from excluded.finance_digest then old.finance_sealed
                else excluded.finance_sealed
            end,
            finance_digest = excluded.finance_digest,
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
            old.first_created_at,
            old.is_deleted,
            old.kind,
            old.legal_name,
            old.short_name,
            old.name_pinyin,
            old.region_code,
            old.industry_code,
            old.level_code,
            old.lifecycle_code,
            old.website,
            old.language_code,
            old.currency_code,
            old.status,
            old.parent_source_key,
            old.is_validation_downgraded,
            old.cleared_fields,
            old.standardiser_version,
            old.identity_digest,
            old.finance_digest,
            old.free_text_digest
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.first_created_at,
            excluded.is_deleted,
            excluded.kind,
            excluded.legal_name,
            excluded.short_name,
            excluded.name_pinyin,
            excluded.region_code,
            excluded.industry_code,
            excluded.level_code,
            excluded.lifecycle_code,
            excluded.website,
            excluded.language_code,
            excluded.currency_code,
            excluded.status,
            excluded.parent_source_key,
            excluded.is_validation_downgraded,
            excluded.cleared_fields,
            excluded.standardiser_version,
            excluded.identity_digest,
            excluded.finance_digest,
            excluded.free_text_digest
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
