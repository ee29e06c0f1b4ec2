-- Imports, the newest first.
-- params: size integer
select
    import.token,
    import.state,
    import.file_name,
    import.landed_count,
    import.author,
    import.approver,
    import.asked_at,
    import.applied_at,
    import.undone_at
from hub.import as import
order by import.asked_at desc, import.token asc
limit %(size)s::integer
