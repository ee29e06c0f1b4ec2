-- Records that the hub made and that have been gathered since belong to a golden record now.
-- params: prefix text, not_gathered uuid
update publish.sent
set golden_id = crosswalk.golden_id
from match.crosswalk as crosswalk
where
    sent.golden_id = %(not_gathered)s::uuid
    and starts_with(sent.source_key, %(prefix)s::text)
    and sent.source_key = crosswalk.source_key
