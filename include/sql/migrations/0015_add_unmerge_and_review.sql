-- An unmerge is one decision over a partition of source keys; close calls are kept and ranked as tasks.
alter table match.decision
drop constraint decision_kind_check,
alter column left_key drop not null,
add constraint decision_kind_check check (kind in ('must-link', 'cannot-link', 'unmerge', 'pin')),
add constraint decision_names_keys check ((kind = 'unmerge') = (left_key is null));
create index decision_by_left on match.decision (left_key) where deleted_at is null;
create index decision_by_right on match.decision (right_key) where deleted_at is null;

create table match.decision_part (
    decision_id bigint not null references match.decision (decision_id),
    source_key text collate "C" not null,
    part integer not null,
    primary key (decision_id, source_key)
);
comment on table match.decision_part is
'The source keys of an unmerge by part: each part stays together, the parts stay apart.';
create index decision_part_by_record on match.decision_part (source_key);

create view match.decided as
select
    decision.decision_id,
    decision.kind,
    decision.author,
    decision.left_key as source_key,
    0 as part
from match.decision as decision
where decision.deleted_at is null and decision.kind in ('must-link', 'cannot-link')
union all
select
    decision.decision_id,
    decision.kind,
    decision.author,
    decision.right_key as source_key,
    case when decision.kind = 'must-link' then 0 else 1 end as part
from match.decision as decision
where decision.deleted_at is null and decision.kind in ('must-link', 'cannot-link')
union all
select
    decision.decision_id,
    decision.kind,
    decision.author,
    named.source_key,
    named.part
from match.decision as decision
inner join match.decision_part as named on decision.decision_id = named.decision_id
where decision.deleted_at is null and decision.kind = 'unmerge';
comment on view match.decided is
'The decisions in force that link or separate, as one shape: equal parts stay together, unequal ones apart.';

create table match.review (
    left_key text collate "C" not null,
    right_key text collate "C" not null,
    cause text not null check (cause in ('close_call', 'weak_bridge', 'conflict', 'blocked', 'guard')),
    chance integer not null,
    record_count integer not null,
    customer_count integer not null,
    order_count integer not null,
    expected_value bigint not null generated always as (
        chance::bigint * (record_count + customer_count + order_count)
    ) stored,
    evidence_digest text not null,
    primary key (left_key, right_key)
);
comment on table match.review is
'Pairs that a person should judge: chance (1/1000) of being wrong, and what hangs on it. Kept by deltas.';
create index review_by_right on match.review (right_key);
create index review_by_value on match.review (expected_value desc, left_key, right_key);

alter table steward.task
drop constraint task_state_check,
add column expected_value bigint not null default 0,
add column evidence_digest text,
add constraint task_state_check check (state in ('open', 'done', 'dismissed', 'gone'));
delete from steward.task
where kind = 'guarded_cluster';
comment on table steward.task is
'What a person should look at: unknown fields, missing regions, close calls of the matcher. gone: the cause went by itself.';

-- What an unmerge takes away from a golden record, its targets do not keep.
alter table publish.sent add column giver_key text collate "C";
comment on column publish.sent.giver_key is
'The source record that gave the value: once it has left the golden record, an empty golden value empties the field.';
