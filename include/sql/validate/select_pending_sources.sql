-- The next source customers that wait to be matched, with what their suite judges.
-- params: after text, size integer
select
    customer.source_key,
    customer.kind,
    customer.legal_name,
    customer.region_code,
    customer.industry_code,
    customer.level_code,
    customer.lifecycle_code,
    customer.website,
    customer.language_code,
    customer.currency_code,
    customer.status,
    case
        when customer.parent_source_key is not null
            then starts_with(customer.parent_source_key, customer.channel || '/customer/')
    end as parent_same_channel,
    (customer.identity_sealed is null) = (customer.identity_digest is null) as identity_is_sealed,
    (customer.finance_sealed is null) = (customer.finance_digest is null) as finance_is_sealed,
    (customer.free_text_sealed is null) = (customer.free_text_digest is null) as free_text_is_sealed,
    case
        when
            exists (
                select 1
                from source.contact_point as point
                where
                    point.source_key = customer.source_key
                    and point.type <> 'fax'
                    and not point.is_masked
            )
            then exists (
                select 1
                from source.blind_index as entry
                where
                    entry.source_key = customer.source_key
                    and entry.kind in ('phone', 'mail')
            )
    end as contact_points_are_indexed
from source.customer as customer
inner join match.pending_record as pending on customer.source_key = pending.source_key
where customer.source_key > %(after)s::text
order by customer.source_key
limit %(size)s::integer
