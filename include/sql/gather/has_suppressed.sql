-- Whether anything at all must not be gathered again: mostly nothing, and then no key needs its hash.
-- params: none
select exists(select 1 from privacy.suppression) as has_any
