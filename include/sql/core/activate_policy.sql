-- Store a policy and make it the only active version.
-- params: digest bytea, content jsonb
with retired as (
    update hub.policy_version set is_active = false
    where is_active and digest <> %(digest)s::bytea
    returning policy_version
)

insert into hub.policy_version (digest, content, is_active)
select
    %(digest)s::bytea as digest,
    %(content)s::jsonb as content,
    (select count(*) from retired) >= 0 as is_active
on conflict (digest) do update set is_active = true
returning policy_version
