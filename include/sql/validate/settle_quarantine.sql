-- Let kept-back versions pass: their rows become waived or replayed. Returns what each was before.
-- params: version_ids bigint[], state text, actor text, reason text
update quarantine.record
set
    state = %(state)s::text,
    state_changed_by = %(actor)s::text,
    state_reason = %(reason)s::text,
    state_changed_at = now()
where
    version_id = any(%(version_ids)s::bigint[])
    and state in ('open', 'repaired')
returning version_id, rule, old.state as former_state
