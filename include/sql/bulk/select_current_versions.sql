-- The version in force of golden customers, as history compares them; removed ones are absent.
-- params: golden_ids uuid[]
select
    golden.golden_id,
    golden.version_no,
    golden.entity,
    golden.valid_from,
    golden.recorded_from,
    golden.recorded_to,
    golden.op,
    golden.clear_values,
    golden.sealed_pointers,
    golden.children,
    golden.member_keys,
    golden.member_versions,
    golden.decision_ids,
    golden.policy_version
from master.customer_version as golden
where
    golden.golden_id = any(%(golden_ids)s::uuid[])
    and golden.recorded_to is null
    and golden.op <> 'removed'
