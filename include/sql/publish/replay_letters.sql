-- Put open dead letters of one channel back into the queue: the newest of each record is to be done again (creates wait
-- for the gather first) unless something else is open for that record; the others are superseded by it.
-- params: channel text, cause text, dead_letter_id bigint, author text
with chosen as (
    select
        letter.dead_letter_id,
        letter.delivery_id
    from publish.dead_letter as letter
    where
        letter.state = 'open'
        and letter.channel = %(channel)s::text
        and letter.cause = coalesce(%(cause)s::text, letter.cause)
        and letter.dead_letter_id = coalesce(%(dead_letter_id)s::bigint, letter.dead_letter_id)
    for update skip locked
),

ranked as (
    select
        delivery.delivery_id,
        row_number() over (
            partition by delivery.op, coalesce(delivery.source_key, delivery.golden_id::text)
            order by delivery.delivery_id desc
        ) as place,
        exists(
            select 1
            from publish.delivery as other
            where
                other.channel = delivery.channel
                and other.op = delivery.op
                and other.state in ('pending', 'waiting', 'in_flight', 'uncertain')
                and (
                    other.source_key = delivery.source_key
                    or (delivery.op = 'create' and other.golden_id = delivery.golden_id)
                )
        ) as is_open
    from chosen
    inner join publish.delivery as delivery on chosen.delivery_id = delivery.delivery_id
),

requeued as (
    update publish.delivery
    set
        state = case
            when ranked.place > 1 or ranked.is_open then 'superseded'
            when delivery.op = 'create' then 'waiting'
            else 'pending'
        end,
        settled_at = case when ranked.place > 1 or ranked.is_open then now() end
    from ranked
    where delivery.delivery_id = ranked.delivery_id and delivery.state = 'dead'
    returning delivery.delivery_id
)

update publish.dead_letter
set state = 'replayed', replayed_at = now(), replayed_by = %(author)s::text
where dead_letter.dead_letter_id in (select chosen.dead_letter_id from chosen)
returning dead_letter.dead_letter_id
