-- Backups that count, as the hub's own table has it, newest first.
-- params: none
select manifest.backup_id
from backup.manifest as manifest
where manifest.state = 'verified'
order by manifest.backup_id collate "C" desc
