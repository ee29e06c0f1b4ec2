-- How much waits to be matched or merged.
-- params: none
select
    (select count(*) from match.pending_record)
    + (select count(*) from master.pending_golden) as waiting
