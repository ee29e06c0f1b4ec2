-- A backup begins.
-- params: backup_id text
insert into backup.manifest (backup_id, state) values (%(backup_id)s::text, 'writing')
