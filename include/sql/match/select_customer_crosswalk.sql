-- Source customers with their golden ids.
-- params: none
select
    crosswalk.source_key,
    crosswalk.golden_id
from match.crosswalk as crosswalk
where crosswalk.entity = 'customer'
