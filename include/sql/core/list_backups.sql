-- The last backups with their state and how many rows they hold, newest first.
-- params: size integer (null: all)
select
    manifest.backup_id,
    manifest.state,
    manifest.byte_count,
    manifest.started_at,
    manifest.finished_at,
    manifest.cause,
    coalesce(manifest.row_count, 0) as row_count
from backup.manifest as manifest
order by manifest.started_at desc, manifest.backup_id collate "C" desc
limit %(size)s::integer
