-- Store what a pin says; a pin of the same record and field that holds until now is taken back.
-- params: decision_id bigint, source_key text, field text, segment text, value_sealed bytea, until_on date, author text
with replaced as (
    update match.decision set
        deleted_at = now(),
        deleted_by = %(author)s::text
    where
        kind = 'pin'
        and deleted_at is null
        and left_key = %(source_key)s::text
        and field = %(field)s::text
        and decision_id < %(decision_id)s::bigint
    returning decision_id
),

stored as (
    insert into match.pin (decision_id, segment, value_sealed, until_on)
    values (
        %(decision_id)s::bigint,
        %(segment)s::text,
        %(value_sealed)s::bytea,
        %(until_on)s::date
    )
)

select replaced.decision_id
from replaced
order by replaced.decision_id
