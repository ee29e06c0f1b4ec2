-- Where a golden id leads now: the golden record that holds the source key which gave the id.
-- params: golden_id uuid
with given as (
    select
        former.golden_id,
        former.source_key
    from master.alias as former
    where former.golden_id = %(golden_id)s::uuid
)

select
    given.golden_id,
    given.source_key,
    crosswalk.golden_id as current_golden_id
from given
left join match.crosswalk as crosswalk on given.source_key = crosswalk.source_key
