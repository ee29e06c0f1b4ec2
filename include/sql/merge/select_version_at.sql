-- The version of a golden record that says what was true at one moment, as believed at another: the last one
-- recorded by then that begins to hold by the moment, for a later one overrules all before it from there on.
-- params: golden_id uuid, valid_at timestamptz, recorded_at timestamptz (null: today)
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
where
    past.golden_id = %(golden_id)s::uuid
    and past.valid_from <= %(valid_at)s::timestamptz
    and (%(recorded_at)s::timestamptz is null or past.recorded_from <= %(recorded_at)s::timestamptz)
order by past.version_no desc
limit 1
