-- The next golden customers that changed within the given changes, with what their suite judges.
-- params: first_change_id bigint, last_change_id bigint, after text (null: from the start), size integer
select
    customer.golden_id::text as golden_id,
    customer.kind,
    customer.legal_name,
    case
        when customer.status in ('active', 'inactive') and not waived.is_waived
            then customer.legal_name is not null
    end as has_name,
    customer.region_code,
    customer.industry_code,
    customer.level_code,
    customer.lifecycle_code,
    customer.language_code,
    customer.currency_code,
    customer.website,
    customer.status,
    customer.record_count,
    customer.completeness_share::float8 as completeness_share,
    customer.version_no,
    members.crosswalk_count,
    exists(
        select 1
        from master.alias as alias
        where alias.golden_id = customer.golden_id
    ) as has_alias,
    (customer.identity_sealed is null) = (customer.identity_digest is null) as identity_is_sealed,
    (customer.finance_sealed is null) = (customer.finance_digest is null) as finance_is_sealed,
    (customer.free_text_sealed is null) = (customer.free_text_digest is null) as free_text_is_sealed
from master.customer as customer
cross join
    lateral (
        select count(*) as crosswalk_count
        from match.crosswalk as crosswalk
        where crosswalk.golden_id = customer.golden_id and crosswalk.entity = 'customer'
    ) as members
cross join
    lateral (
        -- A person may have let a record without a name pass: the master then has none either.
        select coalesce(bool_or(member.is_validation_downgraded), false) as is_waived
        from match.crosswalk as crosswalk
        inner join source.customer as member on crosswalk.source_key = member.source_key
        where crosswalk.golden_id = customer.golden_id and member.legal_name is null
    ) as waived
where
    customer.golden_id in (
        select change.golden_id
        from publish.change as change
        where
            change.entity = 'customer'
            and change.change_id > %(first_change_id)s::bigint
            and change.change_id <= %(last_change_id)s::bigint
    )
    and (%(after)s::text is null or customer.golden_id > %(after)s::uuid)
order by customer.golden_id
limit %(size)s::integer
