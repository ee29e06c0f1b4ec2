-- Mark open rows as repaired where a newer version was accepted; source keys of a window, or of the given versions.
-- params: window_id bigint (null: none), version_ids bigint[] (null: none)
update quarantine.record as kept
set state = 'repaired', state_changed_by = 'rule', state_changed_at = now()
from landing.version as version
where
    kept.version_id = version.version_id
    and kept.state = 'open'
    and version.source_key in (
        select touched.source_key
        from landing.version as touched
        where
            touched.window_id = %(window_id)s::bigint
            or touched.version_id = any(%(version_ids)s::bigint[])
    )
    and exists (
        select 1
        from landing.accepted_version as newer
        where
            newer.source_key = version.source_key
            and (newer.version_at, newer.seen_at, newer.digest)
            > (version.version_at, version.seen_at, version.digest)
    )
