-- The database's own time, by which its rows are dated.
-- params: none
select clock_timestamp() as clock_at
