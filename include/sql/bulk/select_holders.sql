-- Which golden customers hold the given source keys now.
-- params: source_keys text[]
select
    crosswalk.source_key,
    crosswalk.golden_id
from match.crosswalk as crosswalk
where crosswalk.source_key = any(%(source_keys)s::text[])
