-- Make the contacts of the given source keys exactly the given rows; returns the source keys that changed.
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
        fresh.customer_source_key,
        fresh.name,
        fresh.name_pinyin,
        fresh.title,
        fresh.role_code,
        fresh.standardiser_version
    from jsonb_populate_recordset(null::source.contact, %(rows)s::jsonb) as fresh
),

gone as (
    delete from source.contact as old
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
    insert into source.contact as old (
        source_key,
        channel,
        source_id,
        version_id,
        version_at,
        first_created_at,
        is_deleted,
        customer_source_key,
        name,
        name_pinyin,
        title,
        role_code,
        standardiser_version
    )
    select
        given.source_key,
        given.channel,
        given.source_id,
        given.version_id,
        given.version_at,
        given.first_created_at,
        given.is_deleted,
        given.customer_source_key,
        given.name,
        given.name_pinyin,
        given.title,
        given.role_code,
        given.standardiser_version
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
            customer_source_key = excluded.customer_source_key,
            name = excluded.name,
            name_pinyin = excluded.name_pinyin,
            title = excluded.title,
            role_code = excluded.role_code,
            standardiser_version = excluded.standardiser_version
        where
        (
            old.channel,
            old.source_id,
            old.version_id,
            old.version_at,
            old.first_created_at,
            old.is_deleted,
            old.customer_source_key,
            old.name,
            old.name_pinyin,
            old.title,
            old.role_code,
            old.standardiser_version
        ) is distinct from (
            excluded.channel,
            excluded.source_id,
            excluded.version_id,
            excluded.version_at,
            excluded.first_created_at,
            excluded.is_deleted,
            excluded.customer_source_key,
            excluded.name,
            excluded.name_pinyin,
            excluded.title,
            excluded.role_code,
            excluded.standardiser_version
        )
    returning old.source_key
)

select gone.source_key
from gone
union
select written.source_key
from written
