-- What the channels said, word for word and sealed, and what the gate kept back.
create schema landing;
comment on schema landing is 'Append-only versions of what each channel showed.';

create table landing.version (
    version_id bigint generated always as identity primary key,
    source_key text collate "C" not null,
    channel text collate "C" not null,
    entity text collate "C" not null,
    source_id text collate "C" not null,
    op text not null check (op in ('upsert', 'delete', 'redact')),
    version_at timestamptz not null,
    is_own_time boolean not null,
    seen_at timestamptz not null,
    created_at timestamptz,
    digest bytea not null,
    subject text collate "C" not null,
    payload bytea,
    window_id bigint not null references hub.gathered_window (window_id),
    landed_at timestamptz not null default now(),
    unique (source_key, version_at, seen_at, op, digest),
    check ((op = 'upsert') = (payload is not null))
);
comment on table landing.version is
'A landed version: source key, op, version_at (channel''s own time, else seen_at), seen_at, keyed digest, sealed payload.';
create index version_by_window on landing.version (window_id);

create schema quarantine;
comment on schema quarantine is 'Landed versions that a rule of the gate kept back.';
create table quarantine.record (
    record_id bigint generated always as identity primary key,
    version_id bigint not null references landing.version (version_id),
    suite text not null,
    rule text not null,
    column_name text not null default '',
    severity text not null,
    state text not null default 'open' check (state in ('open', 'repaired', 'waived', 'replayed')),
    state_changed_by text,
    state_reason text,
    found_at timestamptz not null default now(),
    state_changed_at timestamptz,
    unique (version_id, suite, rule, column_name)
);
comment on table quarantine.record is
'Why a landed version is kept back: suite, rule, column. A version is accepted when none of its rows is open or repaired.';
create index record_kept_back on quarantine.record (version_id) where state in ('open', 'repaired');

create view landing.accepted_version as
select
    version.version_id,
    version.source_key,
    version.channel,
    version.entity,
    version.source_id,
    version.op,
    version.version_at,
    version.is_own_time,
    version.seen_at,
    version.created_at,
    version.digest,
    version.subject,
    version.payload,
    version.window_id,
    version.landed_at
from landing.version as version
inner join hub.gathered_window as win on version.window_id = win.window_id
where
    win.state = 'closed'
    and not exists (
        select 1
        from quarantine.record as kept
        where kept.version_id = version.version_id and kept.state in ('open', 'repaired')
    );
comment on view landing.accepted_version is 'Versions that passed the gate: closed window, nothing kept back.';

create table landing.pending_key (
    source_key text collate "C" primary key,
    entity text collate "C" not null,
    queued_at timestamptz not null default clock_timestamp()
);
comment on table landing.pending_key is
'Source keys whose current version may have changed since standardise last looked; emptied in its transaction.';
