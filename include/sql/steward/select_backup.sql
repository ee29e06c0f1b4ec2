-- One backup as the hub knows it.
-- params: backup_id text
select
    manifest.backup_id,
    manifest.state,
    manifest.cause,
    manifest.row_count,
    manifest.byte_count,
    manifest.sent_bytes,
    manifest.schema_version,
    manifest.started_at,
    manifest.finished_at
from backup.manifest as manifest
where manifest.backup_id = %(backup_id)s::text
