-- The current accepted version of each source key, standardised, with the channel's own keys.
create schema source;
comment on schema source is 'Current source records, standardised. Children point at the source customer, never at a golden id.';

create table source.customer (
    source_key text collate "C" primary key,
    channel text collate "C" not null,
    source_id text collate "C" not null,
    version_id bigint not null,
    version_at timestamptz not null,
    first_created_at timestamptz,
    is_deleted boolean not null,
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
    status text,
    parent_source_key text collate "C",
    is_validation_downgraded boolean not null default false,
    identity_sealed bytea,
    identity_digest bytea,
    finance_sealed bytea,
    finance_digest bytea,
    free_text_sealed bytea,
    free_text_digest bytea,
    standardiser_version integer not null
);
comment on table source.customer is
'A customer as one channel knows it now. Sealed: identity (ids, birth date), finance (credit, payment), free_text (remark).';

create table source.contact (
    source_key text collate "C" primary key,
    channel text collate "C" not null,
    source_id text collate "C" not null,
    version_id bigint not null,
    version_at timestamptz not null,
    first_created_at timestamptz,
    is_deleted boolean not null,
    customer_source_key text collate "C",
    name text,
    name_pinyin text,
    title text,
    role_code text,
    standardiser_version integer not null
);
comment on table source.contact is 'A person''s role at a customer, as one channel knows it.';
create index contact_by_customer on source.contact (customer_source_key);

create table source.contact_point (
    source_key text collate "C" not null,
    ordinal smallint not null,
    type text not null check (type in ('phone', 'mobile', 'fax', 'mail')),
    is_preferred boolean not null,
    is_masked boolean not null default false,
    contact_sealed bytea not null,
    contact_digest bytea not null,
    primary key (source_key, ordinal)
);
comment on table source.contact_point is 'Phones, mobiles, faxes and mails of a source customer or contact; the value is sealed.';

create table source.address (
    source_key text collate "C" not null,
    ordinal smallint not null,
    type text not null,
    country_code text,
    region_code text,
    contact_sealed bytea not null,
    contact_digest bytea not null,
    primary key (source_key, ordinal)
);
comment on table source.address is 'Addresses of a source customer; country and region code in clear, the rest sealed.';

create table source.tag (
    source_key text collate "C" not null,
    tag text collate "C" not null,
    primary key (source_key, tag)
);
comment on table source.tag is 'Tags that a channel gave a customer.';

create table source.blind_index (
    source_key text collate "C" not null,
    kind text collate "C" not null,
    hash bytea not null,
    standardiser_version integer not null,
    primary key (source_key, kind, hash)
);
comment on table source.blind_index is 'Keyed hashes of standardised phones, mails and ids for exact look-up.';
create index blind_index_by_hash on source.blind_index (kind, hash);

create table source.sales_order (
    source_key text collate "C" primary key,
    channel text collate "C" not null,
    source_id text collate "C" not null,
    version_id bigint not null,
    version_at timestamptz not null,
    is_deleted boolean not null,
    order_number text not null,
    customer_source_key text collate "C",
    status_code text,
    ordered_at timestamptz,
    currency_code text,
    total_amount numeric(18, 4),
    standardiser_version integer not null
);
comment on table source.sales_order is 'Orders and till receipts, one row each, at the channel''s own key.';
create index sales_order_by_customer on source.sales_order (customer_source_key);

create table source.order_line (
    source_key text collate "C" not null,
    line_no text collate "C" not null,
    product_code text,
    product_name text,
    category text,
    quantity numeric(18, 4),
    price_amount numeric(18, 4),
    line_amount numeric(18, 4),
    is_return boolean not null default false,
    primary key (source_key, line_no)
);
comment on table source.order_line is 'Lines of an order.';

create table source.order_event (
    source_key text collate "C" not null,
    event_code text collate "C" not null,
    event_at timestamptz not null,
    primary key (source_key, event_code, event_at)
);
comment on table source.order_event is 'What happened to an order: placed, paid, shipped, completed, cancelled, returned.';

create table source.payment (
    source_key text collate "C" not null,
    payment_no text collate "C" not null,
    method_code text,
    currency_code text,
    paid_amount numeric(18, 4),
    paid_at timestamptz,
    primary key (source_key, payment_no)
);
comment on table source.payment is 'Payments and refunds (negative) of an order.';

create table source.ticket (
    source_key text collate "C" primary key,
    channel text collate "C" not null,
    source_id text collate "C" not null,
    version_id bigint not null,
    version_at timestamptz not null,
    is_deleted boolean not null,
    customer_source_key text collate "C",
    status_code text,
    opened_at timestamptz,
    resolved_at timestamptz,
    free_text_sealed bytea,
    free_text_digest bytea,
    standardiser_version integer not null
);
comment on table source.ticket is 'Support tickets; the subject line is sealed.';
create index ticket_by_customer on source.ticket (customer_source_key);

create table source.interaction (
    source_key text collate "C" not null,
    ordinal text collate "C" not null,
    medium_code text not null,
    direction_code text not null,
    happened_at timestamptz not null,
    free_text_sealed bytea,
    free_text_digest bytea,
    primary key (source_key, ordinal)
);
comment on table source.interaction is 'Replies, comments, calls and mails on a ticket; the text is sealed.';

create table source.feedback (
    source_key text collate "C" not null,
    kind_code text collate "C" not null,
    score numeric(6, 2),
    given_at timestamptz,
    primary key (source_key, kind_code)
);
comment on table source.feedback is 'Satisfaction scores given on a ticket.';
