-- A backup is written, not proven yet.
-- params: backup_id text, schema_version integer, policy_version integer, row_count bigint, byte_count bigint, sent_bytes bigint
update backup.manifest
set
    state = 'written',
    schema_version = %(schema_version)s::integer,
    policy_version = %(policy_version)s::integer,
    row_count = %(row_count)s::bigint,
    byte_count = %(byte_count)s::bigint,
    sent_bytes = %(sent_bytes)s::bigint,
    finished_at = now()
where backup_id = %(backup_id)s::text
