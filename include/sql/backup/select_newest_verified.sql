-- The newest backup that was proven.
-- params: none
select manifest.backup_id
from backup.manifest as manifest
where manifest.state = 'verified'
order by manifest.started_at desc, manifest.backup_id collate "C" desc
limit 1
