-- Imports of files by people: who asked, who approved, and which landed versions were taken back.
create table hub.import (
    token text collate "C" primary key,
    file_name text not null,
    file_digest bytea not null,
    written_at timestamptz not null,
    state text not null check (state in ('waiting', 'approved', 'applied', 'undone')),
    landed_count bigint not null,
    window_id bigint references hub.gathered_window (window_id),
    author text not null,
    approver text,
    asked_at timestamptz not null default now(),
    applied_at timestamptz,
    undone_at timestamptz
);
comment on table hub.import is
'A file that a person imported, or that waits for a second one; its content is known by a keyed digest alone.';
comment on column hub.import.window_id is 'The window that it landed in, its own.';
create unique index import_standing on hub.import (file_digest) where state <> 'undone';

create table landing.withdrawal (
    version_id bigint primary key references landing.version (version_id),
    token text collate "C" not null references hub.import (token)
);
comment on table landing.withdrawal is 'Landed versions of an import that was undone: they are accepted no more.';

create or replace view landing.accepted_version as
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
    )
    and not exists (
        select 1
        from landing.withdrawal as withdrawn
        where withdrawn.version_id = version.version_id
    );
comment on view landing.accepted_version is
'Versions that passed the gate and stand: closed window, nothing kept back, no import that was undone.';
