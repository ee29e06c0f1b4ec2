-- Remember which source record gives a sent value now: another says the same.
-- params: source_keys text[], fields text[], giver_keys text[]
update publish.sent
set giver_key = found.giver_key
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(giver_keys)s::text[])
        as found (source_key, field, giver_key)
where sent.source_key = found.source_key and sent.field = found.field
