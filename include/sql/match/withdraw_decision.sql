-- Take a decision back; it stays in the table. Returns the source records that it names, with its kind and author.
-- params: decision_id bigint, author text
with withdrawn as (
    update match.decision set
        deleted_at = now(),
        deleted_by = %(author)s::text
    where decision_id = %(decision_id)s::bigint and deleted_at is null
    returning decision_id, left_key, right_key, kind, author
),

named as (
    select withdrawn.left_key as source_key
    from withdrawn
    where withdrawn.left_key is not null
    union
    select withdrawn.right_key as source_key
    from withdrawn
    where withdrawn.right_key is not null
    union
    select part.source_key
    from withdrawn
    inner join match.decision_part as part on withdrawn.decision_id = part.decision_id
)

select
    named.source_key,
    withdrawn.kind,
    withdrawn.author as decided_by
from withdrawn
cross join named
