-- Where a golden id leads now: the golden record that holds its source key.
-- params: golden_id uuid
select
    alias.golden_id,
    alias.source_key,
    crosswalk.golden_id as current_golden_id
from master.alias as alias
left join match.crosswalk as crosswalk on alias.source_key = crosswalk.source_key
where alias.golden_id = %(golden_id)s::uuid
