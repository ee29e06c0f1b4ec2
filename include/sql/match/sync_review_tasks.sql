-- Let the open tasks be the questions that matter most, one between two customers: what nobody asks any more goes by
-- itself, what was closed by a person comes back only with other evidence.
-- params: review_limit integer, look_limit integer
with asked as (
    select review.*
    from match.review as review
    where
        not exists (
            select 1
            from steward.task as task
            where
                task.kind = 'match_review'
                and task.subject = review.left_key || ' ' || review.right_key
                and task.state in ('done', 'dismissed')
                and task.evidence_digest = review.evidence_digest
        )
    order by review.expected_value desc, review.left_key collate "C" asc, review.right_key collate "C" asc
    limit %(look_limit)s::integer
),

placed as (
    select
        asked.*,
        row_number() over (
            partition by
                least(one.cluster_key, other.cluster_key),
                greatest(one.cluster_key, other.cluster_key),
                case when one.cluster_key = other.cluster_key then asked.left_key || ' ' || asked.right_key end
            order by asked.expected_value desc, asked.left_key collate "C" asc, asked.right_key collate "C" asc
        ) as place
    from asked
    left join match.cluster_member as one on asked.left_key = one.source_key
    left join match.cluster_member as other on asked.right_key = other.source_key
),

wanted as (
    select
        placed.left_key || ' ' || placed.right_key as subject,
        placed.expected_value,
        placed.evidence_digest,
        jsonb_build_object(
            'left', placed.left_key,
            'right', placed.right_key,
            'cause', placed.cause,
            'chance', placed.chance,
            'records', placed.record_count,
            'customers', placed.customer_count,
            'orders', placed.order_count
        ) as detail
    from placed
    where placed.place = 1
    order by placed.expected_value desc, placed.left_key collate "C" asc, placed.right_key collate "C" asc
    limit %(review_limit)s::integer
),

gone as (
    update steward.task set
        state = 'gone',
        closed_at = now(),
        closed_by = 'hub:match'
    where
        task.kind = 'match_review'
        and task.state = 'open'
        and not exists (
            select 1
            from wanted
            where wanted.subject = task.subject
        )
)

insert into steward.task (kind, subject, detail, expected_value, evidence_digest)
select
    'match_review' as kind,
    wanted.subject,
    wanted.detail,
    wanted.expected_value,
    wanted.evidence_digest
from wanted
on conflict (kind, subject) do update set
    detail = excluded.detail,
    expected_value = excluded.expected_value,
    evidence_digest = excluded.evidence_digest,
    raised_at = case when task.state = 'open' then task.raised_at else now() end,
    state = 'open',
    closed_at = null,
    closed_by = null
where (task.state, task.detail, task.evidence_digest)
is distinct from ('open', excluded.detail, excluded.evidence_digest)
