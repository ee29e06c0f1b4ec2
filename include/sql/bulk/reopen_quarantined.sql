-- Open the quarantine rows again that a withdrawn version had repaired, where no other accepted one is newer.
-- params: window_id bigint
update quarantine.record as kept
set state = 'open', state_changed_by = null, state_changed_at = null
from landing.version as version
where
    kept.version_id = version.version_id
    and kept.state = 'repaired'
    and version.source_key in (
        select withdrawn.source_key
        from landing.version as withdrawn
        where withdrawn.window_id = %(window_id)s::bigint
    )
    and not exists (
        select 1
        from landing.accepted_version as newer
        where
            newer.source_key = version.source_key
            and (newer.version_at, newer.seen_at, newer.digest)
            > (version.version_at, version.seen_at, version.digest)
    )
