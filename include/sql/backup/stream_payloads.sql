-- Every sealed payload with the salt of its subject.
-- params: none
select
    version.source_key,
    version.version_at,
    version.seen_at,
    version.digest,
    version.subject,
    version.payload,
    key.salt
from landing.version as version
inner join privacy.subject_key as key on version.subject = key.reference
where version.payload is not null
