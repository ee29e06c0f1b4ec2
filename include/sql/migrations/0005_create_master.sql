-- The golden records, where each value came from, and every id that was ever published.
create schema master;
comment on schema master is 'Golden customers and contacts, their children, versions, lineage and aliases.';

create table master.pending_golden (
    golden_id uuid primary key,
    entity text collate "C" not null,
    queued_at timestamptz not null default clock_timestamp()
);
comment on table master.pending_golden is 'Golden ids to merge again; emptied in the merge transaction.';

create table master.customer (
    golden_id uuid primary key,
    kind text,
    legal_name text,
    short_name text,
    name_pinyin text,
    region_code text,
    industry_code text,
    level_code text,
    lifecycle_code text,
    website text,
    language_code text,
    currency_code text,
    status text not null check (status in ('active', 'inactive', 'archived', 'erased')),
    identity_sealed bytea,
    identity_digest bytea,
    finance_sealed bytea,
    finance_digest bytea,
    free_text_sealed bytea,
    free_text_digest bytea,
    record_count integer not null,
    completeness_share numeric(5, 4) not null,
    version_no integer not null,
    content_digest bytea not null,
    policy_version integer not null
);
comment on table master.customer is
'The golden customer. Sealed under the subject golden:<golden id>: identity, finance, free_text.';
create index customer_by_name on master.customer using btree (legal_name text_pattern_ops);
create extension if not exists pg_trgm;
create index customer_name_trigram on master.customer using gin (legal_name gin_trgm_ops);

create table master.contact_point (
    golden_id uuid not null,
    ordinal smallint not null,
    type text not null,
    is_preferred boolean not null,
    is_generic boolean not null,
    contact_sealed bytea not null,
    contact_digest bytea not null,
    source_key text collate "C" not null,
    primary key (golden_id, ordinal)
);
comment on table master.contact_point is 'Phones, mobiles, faxes and mails of a golden customer or contact.';

create table master.address (
    golden_id uuid not null,
    ordinal smallint not null,
    type text not null,
    country_code text,
    region_code text,
    contact_sealed bytea not null,
    contact_digest bytea not null,
    source_key text collate "C" not null,
    primary key (golden_id, ordinal)
);
comment on table master.address is 'Addresses of a golden customer.';

create table master.contact (
    golden_id uuid primary key,
    name text,
    name_pinyin text,
    title text,
    role_code text,
    status text not null,
    record_count integer not null,
    version_no integer not null,
    content_digest bytea not null,
    policy_version integer not null
);
comment on table master.contact is 'A golden contact: a person''s role at a customer, with its own id.';

create table master.relation (
    golden_id uuid not null,
    kind text collate "C" not null check (
        kind in ('branch_of', 'contact_of', 'same_person', 'household')
    ),
    other_golden_id uuid not null,
    primary key (golden_id, kind, other_golden_id)
);
comment on table master.relation is 'Typed links: a branch to its parent, a contact to its customer.';
create index relation_by_other on master.relation (other_golden_id);

create table master.tag (
    golden_id uuid not null,
    tag text collate "C" not null,
    primary key (golden_id, tag)
);
comment on table master.tag is 'Tags of a golden customer.';

create table master.classification (
    golden_id uuid not null,
    scheme text collate "C" not null,
    code text not null,
    source_key text collate "C" not null,
    primary key (golden_id, scheme)
);
comment on table master.classification is 'Industry, region and level of a golden customer, with the record that said so.';

create table master.customer_version (
    golden_id uuid not null,
    version_no integer not null,
    entity text collate "C" not null,
    valid_from timestamptz not null,
    recorded_from timestamptz not null default now(),
    recorded_to timestamptz,
    op text not null,
    clear_values jsonb not null,
    sealed_pointers jsonb not null,
    member_keys text[] not null,
    content_digest bytea not null,
    policy_version integer not null,
    primary key (golden_id, version_no)
);
comment on table master.customer_version is
'Bitemporal versions: clear columns, and pointers (source key, landed version, field) for sealed ones.';

create table master.cell_lineage (
    golden_id uuid not null,
    field text collate "C" not null,
    source_key text collate "C" not null,
    version_id bigint not null,
    rule text not null,
    losers jsonb not null,
    primary key (golden_id, field)
);
comment on table master.cell_lineage is 'Which source record gave each golden cell, by which rule, and who lost.';

create table master.alias (
    golden_id uuid primary key,
    source_key text collate "C" not null unique,
    entity text collate "C" not null,
    published_at timestamptz not null default now()
);
comment on table master.alias is
'Every golden id ever given, with the source key it was made from: it resolves to whoever holds that key now.';
