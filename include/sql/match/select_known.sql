-- The source records that the matcher knows, in key order.
-- params: none
select feature.source_key
from match.feature as feature
order by feature.source_key collate "C"
