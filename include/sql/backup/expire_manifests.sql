-- Backups that have had their time: their objects are gone.
-- params: backup_ids text[]
update backup.manifest
set state = 'expired'
where backup_id = any(%(backup_ids)s::text[])
