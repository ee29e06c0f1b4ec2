-- Forget what was found of these records before.
-- params: keys text[]
delete from publish.drift
where drift.source_key = any(%(keys)s::text[])
