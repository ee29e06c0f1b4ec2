-- The versions of a golden record, the newest first.
-- params: golden_id uuid, size integer
select
    past.version_no,
    past.entity,
    past.valid_from,
    past.recorded_from,
    past.recorded_to,
    past.op,
    past.clear_values,
    past.sealed_pointers,
    past.children,
    past.member_keys,
    past.member_versions,
    past.decision_ids,
    past.policy_version
from master.customer_version as past
where past.golden_id = %(golden_id)s::uuid
order by past.version_no desc
limit %(size)s::integer
