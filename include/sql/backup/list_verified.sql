-- Backups that count, or did until they were lost, as the hub's own table has it, newest first.
-- params: none
select
    manifest.backup_id,
    manifest.state,
    manifest.started_at
from backup.manifest as manifest
where manifest.state in ('verified', 'lost')
order by manifest.backup_id collate "C" desc
