-- The newest change of the outbox, 0 when it is empty.
-- params: none
select coalesce(max(change.change_id), 0) as change_id
from publish.change as change
