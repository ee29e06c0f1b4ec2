-- Which source records are the same customer, why, and under which golden id.
create schema match;
comment on schema match is 'Features, blocking keys, edges, decisions, clusters and the crosswalk.';

create table match.pending_record (
    source_key text collate "C" primary key,
    entity text collate "C" not null,
    queued_at timestamptz not null default clock_timestamp()
);
comment on table match.pending_record is 'Source records to match again; emptied in the match transaction.';

create table match.feature (
    source_key text collate "C" primary key,
    entity text collate "C" not null,
    matcher_sealed bytea not null,
    matcher_digest bytea not null,
    feature_version integer not null
);
comment on table match.feature is 'One sealed blob per source record with every comparison column.';

create table match.blocking_key (
    entity text collate "C" not null,
    kind text collate "C" not null,
    hash bytea not null,
    source_key text collate "C" not null,
    name_hash bytea not null,
    primary key (entity, kind, hash, source_key)
);
comment on table match.blocking_key is 'Keyed hashes by which candidates are found; name_hash tells how many distinct names share a value.';
create index blocking_key_by_record on match.blocking_key (source_key);

create table match.edge (
    left_key text collate "C" not null,
    right_key text collate "C" not null,
    entity text collate "C" not null,
    score integer not null,
    is_veto boolean not null default false,
    evidence jsonb not null,
    proposed_by text[] not null,
    model_version text not null,
    primary key (left_key, right_key),
    check (left_key < right_key)
);
comment on table match.edge is 'A scored pair (1/1000 bit) with evidence per comparison and the keys that proposed it.';
create index edge_by_right on match.edge (right_key);

create table match.decision (
    decision_id bigint generated always as identity primary key,
    kind text not null check (kind in ('must-link', 'cannot-link', 'pin')),
    left_key text collate "C" not null,
    right_key text collate "C",
    field text,
    author text not null,
    reason text not null,
    decided_at timestamptz not null default now(),
    deleted_at timestamptz,
    deleted_by text
);
comment on table match.decision is 'A steward''s word, naming source keys; soft-deleted; outranks every rule.';

create table match.cluster_member (
    source_key text collate "C" primary key,
    entity text collate "C" not null,
    cluster_key text collate "C" not null,
    is_guarded boolean not null default false
);
comment on table match.cluster_member is 'Cluster of each source record, named by the cluster''s oldest source key.';
create index cluster_member_by_cluster on match.cluster_member (cluster_key);

create table match.crosswalk (
    source_key text collate "C" primary key,
    entity text collate "C" not null,
    golden_id uuid not null
);
comment on table match.crosswalk is 'Source record -> golden id (UUIDv5 of the cluster''s oldest source key).';
create index crosswalk_by_golden on match.crosswalk (golden_id);

create table match.model (
    model_version text primary key,
    content jsonb not null,
    loaded_at timestamptz not null default now()
);
comment on table match.model is 'Frozen, hashed matching models that edges were scored with.';
