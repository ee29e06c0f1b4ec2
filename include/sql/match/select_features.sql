-- Sealed features of source records, with the salts that open them.
-- params: keys text[]
select
    feature.source_key,
    feature.matcher_sealed,
    subject.reference,
    subject.salt
from match.feature as feature
left join privacy.subject_key as subject on subject.reference = 'source:' || feature.source_key
where feature.source_key = any(%(keys)s::text[])
