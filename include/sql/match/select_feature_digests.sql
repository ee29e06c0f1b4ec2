-- What tells whether the stored features of source records are still the same.
-- params: keys text[]
select
    feature.source_key,
    feature.matcher_digest,
    feature.feature_version
from match.feature as feature
where feature.source_key = any(%(keys)s::text[])
