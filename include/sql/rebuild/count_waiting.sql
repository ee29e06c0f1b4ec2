-- How much waits to be standardised, matched or merged: until it is built, a rebuild has reason to differ.
-- params: none
select
    (select count(*) from landing.pending_key)
    + (select count(*) from match.pending_record)
    + (select count(*) from master.pending_golden) as waiting
