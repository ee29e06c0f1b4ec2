-- Golden records without a member, or that differ from their own newest version.
-- What is queued for merging is on its way.
-- params: none
with golden as (
    select
        customer.golden_id,
        customer.version_no,
        customer.content_digest,
        jsonb_strip_nulls(
            to_jsonb(customer) - array[
                'golden_id', 'identity_sealed', 'identity_digest', 'finance_sealed', 'finance_digest',
                'free_text_sealed', 'free_text_digest', 'record_count', 'completeness_share', 'version_no',
                'content_digest', 'policy_version'
            ]
        ) as clear_values
    from master.customer as customer
    union all
    select
        contact.golden_id,
        contact.version_no,
        contact.content_digest,
        jsonb_strip_nulls(
            to_jsonb(contact)
            - array['golden_id', 'record_count', 'version_no', 'content_digest', 'policy_version']
        ) as clear_values
    from master.contact as contact
),

holder as (
    select distinct held.golden_id from match.crosswalk as held
)

select count(*) as broken
from golden
left join holder on golden.golden_id = holder.golden_id
left join master.customer_version as version
    on golden.golden_id = version.golden_id and golden.version_no = version.version_no
left join master.pending_golden as pending on golden.golden_id = pending.golden_id
where
    pending.golden_id is null
    and (
        holder.golden_id is null
        or version.recorded_to is not null
        or version.content_digest is distinct from golden.content_digest
        or version.clear_values is distinct from golden.clear_values
    )
