-- End the versions in force of golden records that have a new one.
-- params: golden_ids uuid[]
update master.customer_version as version set recorded_to = now()
where version.golden_id = any(%(golden_ids)s::uuid[]) and version.recorded_to is null
