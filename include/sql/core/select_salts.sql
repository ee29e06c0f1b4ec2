-- The salts of the given subjects.
-- params: references text[]
select
    key.reference,
    key.salt
from privacy.subject_key as key
where key.reference = any(%(references)s::text[])
