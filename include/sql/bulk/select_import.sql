-- One import, locked until the transaction ends.
-- params: token text
select
    import.token,
    import.file_name,
    import.state,
    import.window_id,
    import.landed_count,
    import.author,
    import.approver
from hub.import as import
where import.token = %(token)s::text
for update
