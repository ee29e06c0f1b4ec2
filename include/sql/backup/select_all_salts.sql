-- Every subject's salt, for the key backup.
-- params: none
select
    key.reference,
    key.salt
from privacy.subject_key as key
order by key.reference collate "C"
