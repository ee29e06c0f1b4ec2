-- A steward's pins, the date by which they expire, and what lineage and versions say of how a value came about.
create table hub.as_of (
    is_only boolean primary key default true check (is_only),
    as_of_on date not null
);
comment on table hub.as_of is
'The one date by which expiries are judged: a build moves it on, never back; a rebuild takes it as it is.';

create table match.pin (
    decision_id bigint primary key references match.decision (decision_id),
    segment text not null,
    value_sealed bytea,
    until_on date
);
comment on table match.pin is
'A pin''s value for one field, sealed for the subject of the source record (null empties the field), and its last day.';

alter table master.cell_lineage
add column input_keys text[] not null default '{}',
add column decision_id bigint;
comment on column master.cell_lineage.input_keys is
'Further source records that a sum or a set is made of, in their order; source_key is the first.';
comment on column master.cell_lineage.decision_id is 'The pin that gave the value; source_key is the record that it names.';

alter table master.customer_version
add column member_versions bigint[] not null default '{}',
add column decision_ids bigint[] not null default '{}',
add column children jsonb not null default '{}';
comment on column master.customer_version.member_versions is 'The landed version of each of member_keys, in their order.';
comment on column master.customer_version.decision_ids is 'The pins that gave values of this version.';
comment on column master.customer_version.children is
'Tags and relations; pointers (source key, landed version, ordinal) to contact points and addresses.';

alter table master.address add column is_preferred boolean not null default false;
comment on column master.address.is_preferred is 'The first of its type, by the trust and age of the records that have it.';
