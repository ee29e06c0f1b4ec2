-- A backup could not be written.
-- params: backup_id text, cause text
update backup.manifest
set state = 'failed', cause = %(cause)s::text, finished_at = now()
where backup_id = %(backup_id)s::text
