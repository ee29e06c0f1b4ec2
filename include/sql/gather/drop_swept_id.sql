-- Remove the ids of a sweep.
-- params: none
drop table if exists pg_temp.swept_id
