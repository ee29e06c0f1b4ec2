-- Land new versions in bulk; what is a duplicate was left out before.
-- params: none
copy landing.version (
    source_key, channel, entity, source_id, op, version_at, is_own_time, seen_at, created_at, digest, subject, payload,
    window_id
) from stdin with binary
