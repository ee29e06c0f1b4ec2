-- What may go to a target and what came of it there: pushes that are weighed, and drift that reconciling finds.
create table publish.push (
    push_id bigint generated always as identity primary key,
    channel text collate "C" not null,
    state text not null check (
        state in ('observed', 'granted', 'free', 'asked', 'approved', 'rejected', 'replaced')
    ),
    counts jsonb not null,
    run_id text not null,
    weighed_at timestamptz not null default now(),
    decided_by text,
    decided_at timestamptz
);
comment on table publish.push is 'What a plan would do to a target, weighed: counts per entity, and whether it may go.';
comment on column publish.push.state is
'observed: counted only; granted: a person enabled the target on these counts; free: within the limits;
asked: waits for a person; approved, rejected: the answer; replaced: a later plan weighed the same again.';
comment on column publish.push.counts is 'By entity: created, changed, deleted, known. No values.';
create unique index push_one_asked on publish.push (channel) where state = 'asked';
create unique index push_one_observed on publish.push (channel) where state in ('observed', 'granted');

alter table publish.delivery add column push_id bigint references publish.push (push_id);
comment on column publish.delivery.push_id is 'The push that it was weighed with; null: planned, not weighed yet.';
create index delivery_by_push on publish.delivery (push_id);

create table publish.drift (
    source_key text collate "C" not null,
    field text collate "C" not null,
    channel text collate "C" not null,
    entity text collate "C" not null,
    side text not null check (side in ('ours', 'theirs', 'both', 'missing', 'unseen')),
    action text not null check (action in ('planned', 'noted')),
    run_id text not null,
    found_at timestamptz not null default now(),
    primary key (source_key, field)
);
comment on table publish.drift is 'What reconciling found: names of fields and records, no values. One that agrees again goes.';
comment on column publish.drift.field is 'The hub field; empty where the whole record is meant.';
comment on column publish.drift.side is
'ours: our value never arrived; theirs: the target was edited; both: and we want something new as well;
missing: the target has no such record; unseen: edited there, and its gather has passed over it.';
create index drift_by_channel on publish.drift (channel, found_at);
