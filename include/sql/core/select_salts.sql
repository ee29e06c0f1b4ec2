-- The salts of the given subjects.
-- params: subjects text[]
select
    key.reference,
    key.salt
from privacy.subject_key as key
where key.reference = any(%(subjects)s::text[])
