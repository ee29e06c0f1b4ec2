-- Tickets opened in a period (null: no bound; the end is exclusive), of a golden customer or of all: when somebody first
-- answered, when they were done, how often they were opened again, and how content the customer was (0 to 1).
-- params: customer_id uuid, channel text, start_at timestamptz, end_at timestamptz, open_codes text[]
with rated as (
    select
        feedback.ticket_source_key,
        avg(feedback.score_share) as score_share
    from source.feedback as feedback
    where feedback.ticket_source_key is not null and not feedback.is_deleted
    group by feedback.ticket_source_key
)

select
    ticket.channel,
    ticket.opened_at,
    ticket.resolved_at,
    rated.score_share,
    (
        -- Neither a note among agents nor what opened the ticket: an agent may write that for the customer, and desks
        -- date it a moment later than the ticket itself.
        select min(answer.happened_at)
        from source.interaction as answer
        where
            ticket.source_key = answer.source_key
            and answer.direction_code = 'out'
            and answer.medium_code <> 'note'
            and not answer.is_deleted
            and answer.happened_at > ticket.opened_at + interval '5 seconds'
    ) as answered_at,
    (
        select count(*)
        from source.ticket_event as change
        where
            ticket.source_key = change.source_key
            and change.to_code = any(%(open_codes)s::text[])
            and change.from_code <> all(%(open_codes)s::text[])
    ) as reopened_count
from source.ticket as ticket
left join match.crosswalk as crosswalk on ticket.customer_source_key = crosswalk.source_key
left join rated on ticket.source_key = rated.ticket_source_key
where
    ticket.opened_at is not null
    and not ticket.is_deleted
    and (crosswalk.golden_id = %(customer_id)s::uuid or %(customer_id)s::uuid is null)
    and (ticket.channel = %(channel)s::text or %(channel)s::text is null)
    and (ticket.opened_at >= %(start_at)s::timestamptz or %(start_at)s::timestamptz is null)
    and (ticket.opened_at < %(end_at)s::timestamptz or %(end_at)s::timestamptz is null)
order by ticket.source_key
