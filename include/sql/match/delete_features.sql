-- Remove the features of source records that are gone.
-- params: keys text[]
delete from match.feature as feature
where feature.source_key = any(%(keys)s::text[])
