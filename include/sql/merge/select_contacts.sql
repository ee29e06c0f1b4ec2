-- Source contacts.
-- params: keys text[]
select
    contact.source_key,
    contact.channel,
    contact.version_id,
    contact.version_at,
    contact.is_deleted,
    false as is_validation_downgraded,
    array[]::text[] as cleared_fields,
    contact.name,
    contact.name_pinyin,
    contact.title,
    contact.role_code
from source.contact as contact
where contact.source_key = any(%(keys)s::text[])
