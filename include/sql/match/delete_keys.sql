-- Remove the blocking keys of source records, before their new ones are written.
-- params: keys text[]
delete from match.blocking_key as blocking
where blocking.source_key = any(%(keys)s::text[])
