-- Take a decision back; it stays in the table.
-- params: decision_id bigint, author text
update match.decision set
    deleted_at = now(),
    deleted_by = %(author)s::text
where decision_id = %(decision_id)s::bigint and deleted_at is null
returning left_key, right_key
