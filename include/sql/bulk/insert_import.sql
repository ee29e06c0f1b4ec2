-- Keep an import: one that waits for a second person, or one that is applied at once.
-- params: token text, file_name text, file_digest bytea, written_at timestamptz, state text, landed_count bigint,
-- params: window_id bigint (null: not yet), author text
insert into hub.import (
    token, file_name, file_digest, written_at, state, landed_count, window_id, author, applied_at
)
values (
    %(token)s::text,
    %(file_name)s::text,
    %(file_digest)s::bytea,
    %(written_at)s::timestamptz,
    %(state)s::text,
    %(landed_count)s::bigint,
    %(window_id)s::bigint,
    %(author)s::text,
    case when %(state)s::text = 'applied' then now() end
)
