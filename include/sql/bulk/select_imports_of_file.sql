-- The imports of a file's content, the one that stands first.
-- params: file_digest bytea
select
    import.token,
    import.state,
    import.written_at,
    import.landed_count,
    import.author,
    import.approver
from hub.import as import
where import.file_digest = %(file_digest)s::bytea
order by import.state = 'undone' asc, import.asked_at desc, import.token asc
