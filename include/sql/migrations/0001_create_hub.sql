-- The hub's own bookkeeping: what was gathered, what a run did, which policy held, who did what.
create schema if not exists hub;
comment on schema hub is 'Bookkeeping: migrations, windows, receipts, policy versions, audit log.';
comment on table hub.migration is 'Ledger of the migrations applied to this database.';

create table hub.gathered_window (
    window_id bigint generated always as identity primary key,
    channel text collate "C" not null,
    entity text collate "C" not null,
    start_at timestamptz not null,
    end_at timestamptz not null,
    history text not null check (history in ('versioned', 'current_state', 'full_sweep')),
    state text not null default 'open' check (state in ('open', 'landed', 'held', 'closed')),
    fence bigint not null default 1,
    run_id text not null,
    page_cursor jsonb,
    seen_at timestamptz,
    received_count bigint not null default 0,
    duplicate_count bigint not null default 0,
    outside_count bigint not null default 0,
    refused_count bigint not null default 0,
    unknown_fields jsonb not null default '{}',
    hold_reason text,
    opened_at timestamptz not null default now(),
    closed_at timestamptz,
    check (start_at < end_at)
);
comment on table hub.gathered_window is
'The only ledger of what is covered: one row per gather of [start_at, end_at). Rooms read closed windows only.';
create index gathered_window_by_channel on hub.gathered_window (channel, entity, state, end_at);

create table hub.run_receipt (
    receipt_id bigint generated always as identity primary key,
    run_id text not null,
    step text not null,
    channel text collate "C" not null default '',
    entity text collate "C" not null default '',
    window_id bigint not null default 0,
    counts jsonb not null,
    root_hash bytea,
    recorded_at timestamptz not null default now(),
    unique (run_id, step, channel, entity, window_id)
);
comment on table hub.run_receipt is 'What each step of each run did: counts and ids only.';

create table hub.policy_version (
    policy_version integer generated always as identity primary key,
    digest bytea not null unique,
    content jsonb not null,
    holds_from timestamptz not null default now(),
    is_active boolean not null default false
);
comment on table hub.policy_version is 'Policy files and model as they were when a version became active.';
create unique index policy_version_active on hub.policy_version (is_active) where is_active;

create table hub.audit_log (
    entry_id bigint generated always as identity primary key,
    at timestamptz not null default now(),
    actor text not null,
    action text not null,
    subject text not null,
    reason text not null default '',
    before_digest bytea,
    after_digest bytea,
    previous_hash bytea,
    entry_hash bytea not null
);
comment on table hub.audit_log is
'One row per action of a person and per pipeline batch; each entry holds the hash of the one before.';

create schema privacy;
comment on schema privacy is 'Subjects and their salts. Never part of the data backup.';
create table privacy.subject_key (
    subject_id bigint generated always as identity primary key,
    reference text collate "C" not null unique,
    salt bytea not null check (octet_length(salt) = 32),
    created_at timestamptz not null default now()
);
comment on table privacy.subject_key is
'A random salt per subject (source:<source key> or golden:<golden id>); without it nothing of that subject opens.';
create table privacy.suppression (
    source_hash bytea primary key,
    reason text not null,
    created_at timestamptz not null default now()
);
comment on table privacy.suppression is 'Keyed hashes of source keys that must not be gathered again.';
