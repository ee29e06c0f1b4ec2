-- Remember what a target acknowledged, and which source record gave the value.
-- params: source_keys text[], fields text[], digests bytea[]
insert into publish.sent (source_key, field, digest, giver_key)
select
    said.source_key,
    said.field,
    said.digest,
    cell.source_key as giver_key
from
    unnest(%(source_keys)s::text[], %(fields)s::text[], %(digests)s::bytea[])
        as said (source_key, field, digest)
left join match.crosswalk as crosswalk on said.source_key = crosswalk.source_key
left join master.cell_lineage as cell on crosswalk.golden_id = cell.golden_id and said.field = cell.field
on conflict (source_key, field) do update set
    digest = excluded.digest,
    giver_key = excluded.giver_key,
    acknowledged_at = now()
