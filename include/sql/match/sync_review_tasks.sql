-- Let the open tasks be the questions that matter most: what nobody asks any more goes by itself, what was closed by a
-- person comes back only with other evidence.
-- params: review_limit integer
with wanted as (
    select
        review.left_key || ' ' || review.right_key as subject,
        review.expected_value,
        review.evidence_digest,
        jsonb_build_object(
            'left', review.left_key,
            'right', review.right_key,
            'cause', review.cause,
            'chance', review.chance,
            'records', review.record_count,
            'customers', review.customer_count,
            'orders', review.order_count
        ) as detail
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
