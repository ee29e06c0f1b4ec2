-- Write golden contacts.
-- params: golden_id uuid[], name text[], name_pinyin text[], title text[], role_code text[], status text[],
-- record_count integer[], version_no integer[], content_digest bytea[], policy_version integer
insert into master.contact (
    golden_id,
    name,
    name_pinyin,
    title,
    role_code,
    status,
    record_count,
    version_no,
    content_digest,
    policy_version
)
select
    made.golden_id,
    made.name,
    made.name_pinyin,
    made.title,
    made.role_code,
    made.status,
    made.record_count,
    made.version_no,
    made.content_digest,
    %(policy_version)s::integer as policy_version
from
    unnest(
        %(golden_id)s::uuid[],
        %(name)s::text[],
        %(name_pinyin)s::text[],
        %(title)s::text[],
        %(role_code)s::text[],
        %(status)s::text[],
        %(record_count)s::integer[],
        %(version_no)s::integer[],
        %(content_digest)s::bytea[]
    )
        as made (
            golden_id,
            name,
            name_pinyin,
            title,
            role_code,
            status,
            record_count,
            version_no,
            content_digest
        )
on conflict (golden_id) do update set
    name = excluded.name,
    name_pinyin = excluded.name_pinyin,
    title = excluded.title,
    role_code = excluded.role_code,
    status = excluded.status,
    record_count = excluded.record_count,
    version_no = excluded.version_no,
    content_digest = excluded.content_digest,
    policy_version = excluded.policy_version
