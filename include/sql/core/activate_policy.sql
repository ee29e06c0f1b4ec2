-- Store a policy as the only active version, also one that was active before; the active one stays as it is.
-- params: digest bytea, content jsonb
with retired as (
    update hub.policy_version set is_active = false
    where is_active and digest <> %(digest)s::bytea
    returning policy_version
),

kept as (
    select policy.policy_version
    from hub.policy_version as policy
    where policy.is_active and policy.digest = %(digest)s::bytea
),

made as (
    insert into hub.policy_version (digest, content, is_active)
    select
        %(digest)s::bytea as digest,
        %(content)s::jsonb as content,
        (select count(*) from retired) >= 0 as is_active
    where not exists (select 1 from kept)
    returning policy_version
)

select made.policy_version
from made
union all
select kept.policy_version
from kept
