-- Whether any golden record stands; without one there is no former state to read or to remove.
-- params: none
select
    exists (
        select 1
        from master.customer
    )
    or exists (
        select 1
        from master.contact
    ) as is_there
