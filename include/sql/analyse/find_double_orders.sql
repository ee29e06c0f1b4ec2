-- Orders of one golden customer in two channels that look like one: the same total in one currency on one business day,
-- and no reference that says so. They are counted twice until a channel says that they are one.
-- params: zone text, size integer
with placed as (
    select
        crosswalk.golden_id,
        bought.source_key,
        bought.channel,
        bought.currency_code,
        bought.total_amount,
        (bought.ordered_at at time zone %(zone)s::text)::date as ordered_on
    from source.sales_order as bought
    inner join match.crosswalk as crosswalk on bought.buyer_source_key = crosswalk.source_key
    where
        bought.is_counted
        and not bought.is_deleted
        and bought.total_amount > 0
        and bought.status_code is distinct from 'cancelled'
        and bought.status_code is distinct from 'rejected'
)

select
    one.golden_id,
    one.ordered_on,
    one.currency_code,
    one.total_amount,
    one.source_key as first_key,
    other.source_key as second_key
from placed as one
inner join placed as other
    on
        one.golden_id = other.golden_id
        and one.currency_code = other.currency_code
        and one.total_amount = other.total_amount
        and one.ordered_on = other.ordered_on
        and one.channel < other.channel
order by one.ordered_on desc, one.source_key asc, other.source_key asc
limit %(size)s::integer
