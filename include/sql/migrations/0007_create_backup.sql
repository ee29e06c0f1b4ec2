-- Backups count only when restored; steward tasks wait for people.
create schema backup;
comment on schema backup is 'Manifests of backups and the drills that proved them.';
create table backup.manifest (
    backup_id text primary key,
    state text not null check (state in ('writing', 'written', 'verified', 'failed')),
    object_key text not null,
    sealed_sha256 bytea,
    byte_count bigint,
    tables jsonb not null default '{}',
    schema_version integer not null,
    policy_version integer,
    key_object_key text,
    cause text,
    started_at timestamptz not null default now(),
    finished_at timestamptz
);
comment on table backup.manifest is 'One row per backup; the manifest object in S3, written last, is the proof for others.';
create table backup.drill (
    drill_id bigint generated always as identity primary key,
    backup_id text not null references backup.manifest (backup_id),
    state text not null check (state in ('verified', 'failed')),
    compared_tables integer not null default 0,
    compared_rows bigint not null default 0,
    cause text,
    started_at timestamptz not null,
    finished_at timestamptz not null default now()
);
comment on table backup.drill is 'One row per restore drill.';

create schema steward;
comment on schema steward is 'Work for data stewards.';
create table steward.task (
    task_id bigint generated always as identity primary key,
    kind text not null,
    subject text collate "C" not null,
    detail jsonb not null default '{}',
    state text not null default 'open' check (state in ('open', 'done', 'dismissed')),
    raised_at timestamptz not null default now(),
    closed_at timestamptz,
    closed_by text,
    unique (kind, subject)
);
comment on table steward.task is 'What a person should look at: unknown fields, guarded clusters, missing regions, dead letters.';
