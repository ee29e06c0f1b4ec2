-- A backup is written, not proven yet.
-- params: backup_id text, sealed_sha256 bytea, byte_count bigint, tables jsonb, key_object_key text
update backup.manifest
set
    state = 'written',
    sealed_sha256 = %(sealed_sha256)s::bytea,
    byte_count = %(byte_count)s::bigint,
    tables = %(tables)s::jsonb,
    key_object_key = %(key_object_key)s::text,
    policy_version = (
        select policy.policy_version from hub.policy_version as policy
        where policy.is_active
    ),
    finished_at = now()
where backup_id = %(backup_id)s::text
