-- Persons who hold one of the given phones or mails (as look-up hashes), with the golden record of each.
-- params: kinds text[], key_hashes bytea[]
with wanted as (
    select distinct
        asked.kind,
        asked.value_hash as hash
    from unnest(%(kinds)s::text[], %(key_hashes)s::bytea[]) as asked (kind, value_hash)
)

select distinct
    wanted.kind,
    wanted.hash,
    crosswalk.golden_id,
    person.legal_name,
    person.name_pinyin
from wanted
inner join source.blind_index as blind on wanted.kind = blind.kind and wanted.hash = blind.hash
inner join source.customer as person on blind.source_key = person.source_key
inner join match.crosswalk as crosswalk on person.source_key = crosswalk.source_key
where person.kind = 'person' and not person.is_deleted and person.legal_name is not null
