-- Backups that somebody began to write.
-- params: none
select manifest.backup_id
from backup.manifest as manifest
where manifest.state = 'writing'
