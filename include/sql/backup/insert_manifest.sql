-- A backup begins.
-- params: backup_id text, object_key text, schema_version integer
insert into backup.manifest (backup_id, state, object_key, schema_version)
values (%(backup_id)s::text, 'writing', %(object_key)s::text, %(schema_version)s::integer)
