-- Whether the hub holds anything that its keys have sealed. The salts may be lost, so both are asked.
-- params: none
select
    exists (select 1 from privacy.subject_key)
    or exists (select 1 from landing.version) as is_there
