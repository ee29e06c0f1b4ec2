-- Make the subjects that are missing, each with its own random salt; returns those that it made.
-- params: subjects text[], salts bytea[]
insert into privacy.subject_key (reference, salt)
select
    wanted.reference,
    wanted.salt
from unnest(%(subjects)s::text[], %(salts)s::bytea[]) as wanted (reference, salt)
order by wanted.reference collate "C"
on conflict (reference) do nothing
returning reference, salt
