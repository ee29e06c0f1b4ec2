-- The versions of the policy, the newest first.
-- params: none
select
    policy.policy_version,
    policy.holds_from,
    policy.is_active,
    encode(policy.digest, 'hex') as digest
from hub.policy_version as policy
order by policy.policy_version desc
