-- How many customers and contacts wait to be standardised, matched or merged: their ids may still move.
-- params: none
select
    (
        select count(*) from landing.pending_key as pending
        where pending.entity in ('customer', 'contact')
    )
    + (select count(*) from match.pending_record)
    + (select count(*) from master.pending_golden) as waiting
