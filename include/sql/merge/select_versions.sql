-- The version in force of golden ids; one that was removed has the op removed.
-- params: golden_ids uuid[]
select
    golden_version.golden_id,
    golden_version.version_no,
    golden_version.entity,
    golden_version.op,
    golden_version.valid_from,
    golden_version.content_digest
from master.customer_version as golden_version
where golden_version.golden_id = any(%(golden_ids)s::uuid[]) and golden_version.recorded_to is null
