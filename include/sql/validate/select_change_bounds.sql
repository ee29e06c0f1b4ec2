-- From which change of the outbox to which the master has to be judged: after the last receipt, up to now.
-- params: none
select
    coalesce((
        select max((receipt.counts ->> 'last_change_id')::bigint)
        from hub.run_receipt as receipt
        where receipt.step = 'validate_master'
    ), 0) as first_change_id,
    coalesce((select max(change.change_id) from publish.change as change), 0) as last_change_id
