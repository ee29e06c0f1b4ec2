-- Current golden ids of source records.
-- params: keys text[]
select
    crosswalk.source_key,
    crosswalk.golden_id
from match.crosswalk as crosswalk
where crosswalk.source_key = any(%(keys)s::text[])
