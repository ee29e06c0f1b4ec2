-- The version in force of golden ids; one that was removed has the op removed.
-- params: golden_ids uuid[]
select
    version.golden_id,
    version.version_no,
    version.entity,
    version.op,
    version.valid_from,
    version.content_digest
from master.customer_version as version
where version.golden_id = any(%(golden_ids)s::uuid[]) and version.recorded_to is null
