-- How much stands between two steps of a build: records to be matched, golden records to be merged, changes that the
-- master suite has not passed.
-- params: none
select
    (select count(*) from match.pending_record)
    + (select count(*) from master.pending_golden)
    + (
        select count(*)
        from publish.change as change
        where
            change.change_id > coalesce((
                select max((receipt.counts ->> 'last_change_id')::bigint)
                from hub.run_receipt as receipt
                where receipt.step = 'validate_master'
            ), 0)
    ) as waiting
