-- One restore drill and its outcome.
-- params: backup_id text, state text, compared_tables integer, compared_rows bigint, cause text, started_at timestamptz
insert into backup.drill (backup_id, state, compared_tables, compared_rows, cause, started_at)
values (
    %(backup_id)s::text,
    %(state)s::text,
    %(compared_tables)s::integer,
    %(compared_rows)s::bigint,
    %(cause)s::text,
    %(started_at)s::timestamptz
)
