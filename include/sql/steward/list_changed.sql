-- The golden customers that changed last.
-- params: size integer
select
    customer.golden_id,
    customer.legal_name,
    shown.kind as op,
    shown.version_no,
    shown.changed_at
from (
    select
        latest.golden_id,
        latest.kind,
        latest.version_no,
        latest.changed_at,
        latest.change_id
    from publish.change as latest
    where latest.entity = 'customer'
    order by latest.change_id desc
    limit %(size)s::integer
) as shown
inner join master.customer as customer on shown.golden_id = customer.golden_id
order by shown.change_id desc
