-- What a drill found of a backup.
-- params: backup_id text, state text, cause text
update backup.manifest
set state = %(state)s::text, cause = %(cause)s::text
where backup_id = %(backup_id)s::text
