-- An import is taken back.
-- params: token text
update hub.import
set state = 'undone', undone_at = now()
where token = %(token)s::text
