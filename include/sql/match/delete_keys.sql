-- Remove the blocking keys of source records, before their new ones are written.
-- params: keys text[]
delete from match.blocking_key as key
where key.source_key = any(%(keys)s::text[])
