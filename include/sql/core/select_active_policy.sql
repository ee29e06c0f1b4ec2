-- The active policy version, if there is one.
-- params: none
select
    policy.policy_version,
    policy.digest,
    policy.content
from hub.policy_version as policy
where policy.is_active
