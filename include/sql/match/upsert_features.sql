-- Write the features of source records whose comparison columns changed.
-- params: keys text[], entities text[], sealed bytea[], digests bytea[], feature_version integer
insert into match.feature (source_key, entity, matcher_sealed, matcher_digest, feature_version)
select
    made.source_key,
    made.entity,
    made.matcher_sealed,
    made.matcher_digest,
    %(feature_version)s::integer as feature_version
from
    unnest(%(keys)s::text[], %(entities)s::text[], %(sealed)s::bytea[], %(digests)s::bytea[])
        as made (source_key, entity, matcher_sealed, matcher_digest)
on conflict (source_key) do update set
    entity = excluded.entity,
    matcher_sealed = excluded.matcher_sealed,
    matcher_digest = excluded.matcher_digest,
    feature_version = excluded.feature_version
