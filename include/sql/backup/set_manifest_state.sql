-- What became of a backup.
-- params: backup_id text, state text, cause text
update backup.manifest
set state = %(state)s::text, cause = %(cause)s::text, finished_at = coalesce(finished_at, now())
where backup_id = %(backup_id)s::text
