-- End the versions in force of golden records that have a new one.
-- params: golden_ids uuid[]
update master.customer_version as golden_version set recorded_to = now()
where golden_version.golden_id = any(%(golden_ids)s::uuid[]) and golden_version.recorded_to is null
