-- Move the date by which expiries are judged on, never back, and queue the golden records whose pins it ends.
-- params: as_of_on date
with former as (
    select as_of.as_of_on
    from hub.as_of as as_of
),

moved as (
    insert into hub.as_of (as_of_on) values (%(as_of_on)s::date)
    on conflict (is_only) do update
        set as_of_on = excluded.as_of_on
        where as_of.as_of_on < excluded.as_of_on
    returning as_of_on
)

insert into master.pending_golden (golden_id, entity)
select distinct
    crosswalk.golden_id,
    crosswalk.entity
from moved
inner join match.pin as pin on moved.as_of_on > pin.until_on
inner join match.decision as decision on pin.decision_id = decision.decision_id and decision.deleted_at is null
inner join match.crosswalk as crosswalk on decision.left_key = crosswalk.source_key
left join former on true
where former.as_of_on is null or pin.until_on >= former.as_of_on
on conflict (golden_id) do update set queued_at = clock_timestamp()
