-- The golden record that holds a source record.
-- params: source_key text
select holder.golden_id
from match.crosswalk as holder
where holder.source_key = %(source_key)s::text
