-- How much stands between two steps of a build: records to be matched, golden records to be merged.
-- params: none
select
    (select count(*) from match.pending_record)
    + (select count(*) from master.pending_golden) as waiting
