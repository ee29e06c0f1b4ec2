-- Sealed features of source records.
-- params: keys text[]
select
    feature.source_key,
    feature.entity,
    feature.matcher_sealed,
    feature.matcher_digest,
    feature.feature_version
from match.feature as feature
where feature.source_key = any(%(keys)s::text[])
