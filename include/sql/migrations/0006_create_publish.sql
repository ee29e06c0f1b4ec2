-- What targets should hold, what was sent, what they acknowledged, and what failed.
create schema publish;
comment on schema publish is 'Outbox, deliveries, sent ledger, echoes and dead letters. Pointers and keyed digests, no values.';

create table publish.target (
    channel text collate "C" primary key,
    state text not null default 'observe' check (state in ('observe', 'enabled')),
    changed_by text not null,
    changed_at timestamptz not null default now()
);
comment on table publish.target is 'Whether a channel may be written to; observe plans and reports only.';

create table publish.change (
    change_id bigint generated always as identity primary key,
    golden_id uuid not null,
    entity text collate "C" not null,
    version_no integer not null,
    kind text not null check (kind in ('created', 'changed', 'removed')),
    changed_at timestamptz not null default now(),
    planned_at timestamptz,
    unique (golden_id, version_no, kind)
);
comment on table publish.change is 'Outbox: a golden record changed. Written in the merge transaction.';
create index change_unplanned on publish.change (change_id) where planned_at is null;

create table publish.delivery (
    delivery_id bigint generated always as identity primary key,
    channel text collate "C" not null,
    entity text collate "C" not null,
    golden_id uuid not null,
    source_key text collate "C",
    op text not null check (op in ('update', 'create')),
    fields text[] not null,
    state text not null default 'pending' check (
        state in ('pending', 'waiting', 'in_flight', 'uncertain', 'confirmed', 'dead', 'superseded')
    ),
    idempotency_key text not null unique,
    attempts integer not null default 0,
    not_before timestamptz,
    seen_change_at timestamptz not null default now(),
    run_id text,
    settled_at timestamptz
);
comment on table publish.delivery is 'One intended write to one record of one target; names fields, holds no values.';
create index delivery_open on publish.delivery (channel, state);
create unique index delivery_one_open on publish.delivery (channel, entity, golden_id, coalesce(source_key, ''))
where state in ('pending', 'waiting', 'in_flight', 'uncertain');

create table publish.sent (
    source_key text collate "C" not null,
    field text collate "C" not null,
    digest bytea not null,
    acknowledged_at timestamptz not null default now(),
    primary key (source_key, field)
);
comment on table publish.sent is 'Keyed digest of each field as the target last acknowledged it.';

create table publish.echo (
    source_key text collate "C" not null,
    version_at timestamptz not null,
    recorded_at timestamptz not null default now(),
    primary key (source_key, version_at)
);
comment on table publish.echo is 'Times that our own writes gave to remote records: such a read changes nothing.';

create table publish.dead_letter (
    dead_letter_id bigint generated always as identity primary key,
    delivery_id bigint not null references publish.delivery (delivery_id),
    channel text collate "C" not null,
    cause text not null,
    attempts integer not null,
    state text not null default 'open' check (state in ('open', 'replayed')),
    died_at timestamptz not null default now(),
    replayed_at timestamptz,
    replayed_by text
);
comment on table publish.dead_letter is 'Deliveries that need a person: cause class and attempts; replayable one by one or by cause.';
create unique index dead_letter_open on publish.dead_letter (delivery_id) where state = 'open';
