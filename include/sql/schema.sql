-- The schema after all migrations. Made by `make docs`; read it, never run it.

CREATE SCHEMA backup;

COMMENT ON SCHEMA backup IS 'Manifests of backups and the drills that proved them.';

CREATE SCHEMA hub;

COMMENT ON SCHEMA hub IS 'Bookkeeping: migrations, windows, receipts, policy versions, audit log.';

CREATE SCHEMA landing;

COMMENT ON SCHEMA landing IS 'Append-only versions of what each channel showed.';

CREATE SCHEMA master;

COMMENT ON SCHEMA master IS 'Golden customers and contacts, their children, versions, lineage and aliases.';

CREATE SCHEMA match;

COMMENT ON SCHEMA match IS 'Features, blocking keys, edges, decisions, clusters and the crosswalk.';

CREATE SCHEMA privacy;

COMMENT ON SCHEMA privacy IS 'Subjects and their salts. Never part of the data backup.';

CREATE SCHEMA publish;

COMMENT ON SCHEMA publish IS 'Outbox, deliveries, sent ledger, echoes and dead letters. Pointers and keyed digests, no values.';

CREATE SCHEMA quarantine;

COMMENT ON SCHEMA quarantine IS 'Landed versions that a rule of the gate kept back.';

CREATE SCHEMA source;

COMMENT ON SCHEMA source IS 'Current source records, standardised. Children point at the source customer, never at a golden id.';

CREATE SCHEMA steward;

COMMENT ON SCHEMA steward IS 'Work for data stewards.';

CREATE FUNCTION steward.is_like_name(held text, words text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (held OPERATOR(hub.%) words);

COMMENT ON FUNCTION steward.is_like_name(held text, words text) IS 'Whether a name has enough trigrams in common with the words; inlined, so that the trigram index serves it.';

CREATE TABLE backup.drill (
    drill_id bigint NOT NULL,
    backup_id text NOT NULL,
    state text NOT NULL,
    compared_tables integer DEFAULT 0 NOT NULL,
    compared_rows bigint DEFAULT 0 NOT NULL,
    cause text,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id text DEFAULT ''::text NOT NULL,
    checks jsonb DEFAULT '[]'::jsonb NOT NULL,
    rto_seconds numeric(12,1),
    rpo_seconds numeric(12,1),
    report_key text,
    CONSTRAINT drill_state_check CHECK ((state = ANY (ARRAY['verified'::text, 'failed'::text])))
);

COMMENT ON TABLE backup.drill IS 'One row per restore drill: each check, how long a restore took (RTO), how old its data were (RPO), where the report is.';

ALTER TABLE backup.drill ALTER COLUMN drill_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME backup.drill_drill_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE backup.manifest (
    backup_id text NOT NULL,
    state text NOT NULL,
    byte_count bigint,
    schema_version integer,
    policy_version integer,
    cause text,
    started_at timestamp with time zone DEFAULT now() NOT NULL,
    finished_at timestamp with time zone,
    row_count bigint,
    sent_bytes bigint,
    overdue_told_at timestamp with time zone,
    CONSTRAINT manifest_state_check CHECK ((state = ANY (ARRAY['writing'::text, 'written'::text, 'verified'::text, 'failed'::text, 'expired'::text, 'lost'::text])))
);

COMMENT ON TABLE backup.manifest IS 'One row per backup that was begun; the signed manifest in the bucket, written last, is what makes it one.';

CREATE TABLE hub.as_of (
    is_only boolean DEFAULT true NOT NULL,
    as_of_on date NOT NULL,
    CONSTRAINT as_of_is_only_check CHECK (is_only)
);

COMMENT ON TABLE hub.as_of IS 'The one date by which expiries are judged: a build moves it on, never back; a rebuild takes it as it is.';

CREATE TABLE hub.audit_log (
    entry_id bigint NOT NULL,
    at timestamp with time zone DEFAULT now() NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    before_digest bytea,
    after_digest bytea,
    previous_hash bytea,
    entry_hash bytea NOT NULL
);

COMMENT ON TABLE hub.audit_log IS 'One row per action of a person and per pipeline batch; each entry holds the hash of the one before.';

ALTER TABLE hub.audit_log ALTER COLUMN entry_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME hub.audit_log_entry_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE hub.channel_token (
    credential text NOT NULL COLLATE pg_catalog."C",
    seed_digest bytea,
    salt bytea,
    sealed_token bytea,
    ends_at timestamp with time zone
);

COMMENT ON TABLE hub.channel_token IS 'Log-in tokens of channels that end after a while, sealed.';

COMMENT ON COLUMN hub.channel_token.credential IS 'Id of the Airflow connection.';

COMMENT ON COLUMN hub.channel_token.seed_digest IS 'Keyed digest of the secrets that the token began with.';

COMMENT ON COLUMN hub.channel_token.salt IS 'Of the sealed value.';

COMMENT ON COLUMN hub.channel_token.sealed_token IS 'The token, and the refresh token that came with it.';

COMMENT ON COLUMN hub.channel_token.ends_at IS 'Until when it is used.';

CREATE TABLE hub.gathered_window (
    window_id bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    start_at timestamp with time zone NOT NULL,
    end_at timestamp with time zone NOT NULL,
    history text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    fence bigint DEFAULT 1 NOT NULL,
    run_id text NOT NULL,
    page_cursor jsonb,
    seen_at timestamp with time zone,
    received_count bigint DEFAULT 0 NOT NULL,
    duplicate_count bigint DEFAULT 0 NOT NULL,
    outside_count bigint DEFAULT 0 NOT NULL,
    refused_count bigint DEFAULT 0 NOT NULL,
    unknown_fields jsonb DEFAULT '{}'::jsonb NOT NULL,
    hold_reason text,
    opened_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    waived_delete_count bigint DEFAULT 0 NOT NULL,
    CONSTRAINT gathered_window_check CHECK ((start_at < end_at)),
    CONSTRAINT gathered_window_history_check CHECK ((history = ANY (ARRAY['versioned'::text, 'current_state'::text, 'full_sweep'::text]))),
    CONSTRAINT gathered_window_state_check CHECK ((state = ANY (ARRAY['open'::text, 'landed'::text, 'held'::text, 'closed'::text])))
);

COMMENT ON TABLE hub.gathered_window IS 'The only ledger of what is covered: one row per gather of [start_at, end_at). Rooms read closed windows only.';

COMMENT ON COLUMN hub.gathered_window.waived_delete_count IS 'How many deletions of a sweep a person has let pass in this window.';

ALTER TABLE hub.gathered_window ALTER COLUMN window_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME hub.gathered_window_window_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE hub.import (
    token text NOT NULL COLLATE pg_catalog."C",
    file_name text NOT NULL,
    file_digest bytea NOT NULL,
    written_at timestamp with time zone NOT NULL,
    state text NOT NULL,
    landed_count bigint NOT NULL,
    window_id bigint,
    author text NOT NULL,
    approver text,
    asked_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_at timestamp with time zone,
    undone_at timestamp with time zone,
    CONSTRAINT import_state_check CHECK ((state = ANY (ARRAY['waiting'::text, 'approved'::text, 'applied'::text, 'undone'::text])))
);

COMMENT ON TABLE hub.import IS 'A file that a person imported, or that waits for a second one; its content is known by a keyed digest alone.';

COMMENT ON COLUMN hub.import.window_id IS 'The window that it landed in, its own.';

CREATE TABLE hub.migration (
    number integer NOT NULL,
    name text NOT NULL,
    sha256 text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL,
    applied_by text DEFAULT CURRENT_USER NOT NULL
);

COMMENT ON TABLE hub.migration IS 'Ledger of the migrations applied to this database.';

CREATE TABLE hub.policy_version (
    policy_version integer NOT NULL,
    digest bytea NOT NULL,
    content jsonb NOT NULL,
    holds_from timestamp with time zone DEFAULT now() NOT NULL,
    is_active boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE hub.policy_version IS 'Policy files and model as they were when a version became active; it holds until the next one.';

COMMENT ON COLUMN hub.policy_version.holds_from IS 'The moment from which the version decides.';

ALTER TABLE hub.policy_version ALTER COLUMN policy_version ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME hub.policy_version_policy_version_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE hub.request_pace (
    name text NOT NULL COLLATE pg_catalog."C",
    next_at timestamp with time zone NOT NULL
);

COMMENT ON TABLE hub.request_pace IS 'The pace of requests to channels, shared by all processes.';

COMMENT ON COLUMN hub.request_pace.name IS 'Airflow connection and kind of request.';

COMMENT ON COLUMN hub.request_pace.next_at IS 'From when on the next request may start.';

CREATE TABLE hub.run_receipt (
    receipt_id bigint NOT NULL,
    run_id text NOT NULL,
    step text NOT NULL,
    channel text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    entity text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    window_id bigint DEFAULT 0 NOT NULL,
    counts jsonb NOT NULL,
    root_hash bytea,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE hub.run_receipt IS 'What each step of each run did: counts and ids only.';

ALTER TABLE hub.run_receipt ALTER COLUMN receipt_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME hub.run_receipt_receipt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE landing.version (
    version_id bigint NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    op text NOT NULL,
    version_at timestamp with time zone NOT NULL,
    is_own_time boolean NOT NULL,
    seen_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone,
    digest bytea NOT NULL,
    subject text NOT NULL COLLATE pg_catalog."C",
    payload bytea,
    window_id bigint NOT NULL,
    landed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT version_check CHECK (((op = 'upsert'::text) = (payload IS NOT NULL))),
    CONSTRAINT version_op_check CHECK ((op = ANY (ARRAY['upsert'::text, 'delete'::text, 'redact'::text])))
);

COMMENT ON TABLE landing.version IS 'A landed version: source key, op, version_at (channel''s own time, else seen_at), seen_at, keyed digest, sealed payload.';

CREATE TABLE landing.withdrawal (
    version_id bigint NOT NULL,
    token text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE landing.withdrawal IS 'Landed versions of an import that was undone: they are accepted no more.';

CREATE TABLE quarantine.record (
    record_id bigint NOT NULL,
    version_id bigint NOT NULL,
    suite text NOT NULL,
    rule text NOT NULL,
    column_name text DEFAULT ''::text NOT NULL,
    severity text NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    state_changed_by text,
    state_reason text,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    state_changed_at timestamp with time zone,
    CONSTRAINT record_state_check CHECK ((state = ANY (ARRAY['open'::text, 'repaired'::text, 'waived'::text, 'replayed'::text])))
);

COMMENT ON TABLE quarantine.record IS 'Why a landed version is kept back: suite, rule, column. A version is accepted when none of its rows is open or repaired.';

CREATE VIEW landing.accepted_version AS
 SELECT version.version_id,
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
   FROM (landing.version version
     JOIN hub.gathered_window win ON ((version.window_id = win.window_id)))
  WHERE ((win.state = 'closed'::text) AND (NOT (EXISTS ( SELECT 1
           FROM quarantine.record kept
          WHERE ((kept.version_id = version.version_id) AND (kept.state = ANY (ARRAY['open'::text, 'repaired'::text])))))) AND (NOT (EXISTS ( SELECT 1
           FROM landing.withdrawal withdrawn
          WHERE (withdrawn.version_id = version.version_id)))));

COMMENT ON VIEW landing.accepted_version IS 'Versions that passed the gate and stand: closed window, nothing kept back, no import that was undone.';

CREATE TABLE landing.pending_key (
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE landing.pending_key IS 'Source keys whose current version may have changed since standardise last looked; emptied in its transaction.';

ALTER TABLE landing.version ALTER COLUMN version_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME landing.version_version_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE master.address (
    golden_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    type text NOT NULL,
    country_code text,
    region_code text,
    contact_sealed bytea NOT NULL,
    contact_digest bytea NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C",
    is_preferred boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE master.address IS 'Addresses of a golden customer.';

COMMENT ON COLUMN master.address.is_preferred IS 'The first of its type, by the trust and age of the records that have it.';

CREATE TABLE master.alias (
    golden_id uuid NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    published_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE master.alias IS 'Every golden id ever given, with the source key it was made from: it resolves to whoever holds that key now.';

CREATE TABLE master.cell_lineage (
    golden_id uuid NOT NULL,
    field text NOT NULL COLLATE pg_catalog."C",
    source_key text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    rule text NOT NULL,
    losers jsonb NOT NULL,
    is_cleared boolean DEFAULT false NOT NULL,
    input_keys text[] DEFAULT '{}'::text[] NOT NULL,
    decision_id bigint
);

COMMENT ON TABLE master.cell_lineage IS 'Which source record gave each golden cell, by which rule, and who lost.';

COMMENT ON COLUMN master.cell_lineage.is_cleared IS 'The record that gave the cell says that it is to be empty: the golden value is null.';

COMMENT ON COLUMN master.cell_lineage.input_keys IS 'Further source records that a sum or a set is made of, in their order; source_key is the first.';

COMMENT ON COLUMN master.cell_lineage.decision_id IS 'The pin that gave the value; source_key is the record that it names.';

CREATE TABLE master.classification (
    golden_id uuid NOT NULL,
    scheme text NOT NULL COLLATE pg_catalog."C",
    code text NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE master.classification IS 'Industry, region and level of a golden customer, with the record that said so.';

CREATE TABLE master.contact (
    golden_id uuid NOT NULL,
    name text,
    name_pinyin text,
    title text,
    role_code text,
    status text NOT NULL,
    record_count integer NOT NULL,
    version_no integer NOT NULL,
    content_digest bytea NOT NULL,
    policy_version integer NOT NULL
);

COMMENT ON TABLE master.contact IS 'A golden contact: a person''s role at a customer, with its own id.';

CREATE TABLE master.contact_point (
    golden_id uuid NOT NULL,
    ordinal smallint NOT NULL,
    type text NOT NULL,
    is_preferred boolean NOT NULL,
    is_generic boolean NOT NULL,
    contact_sealed bytea NOT NULL,
    contact_digest bytea NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE master.contact_point IS 'Phones, mobiles, faxes and mails of a golden customer or contact.';

CREATE TABLE master.customer (
    golden_id uuid NOT NULL,
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
    status text NOT NULL,
    identity_sealed bytea,
    identity_digest bytea,
    finance_sealed bytea,
    finance_digest bytea,
    free_text_sealed bytea,
    free_text_digest bytea,
    record_count integer NOT NULL,
    completeness_share numeric(5,4) NOT NULL,
    version_no integer NOT NULL,
    content_digest bytea NOT NULL,
    policy_version integer NOT NULL,
    CONSTRAINT customer_status_check CHECK ((status = ANY (ARRAY['active'::text, 'inactive'::text, 'archived'::text, 'erased'::text])))
);

COMMENT ON TABLE master.customer IS 'The golden customer. Sealed under the subject golden:<golden id>: identity, finance, free_text.';

CREATE TABLE master.customer_version (
    golden_id uuid NOT NULL,
    version_no integer NOT NULL,
    entity text NOT NULL COLLATE pg_catalog."C",
    valid_from timestamp with time zone NOT NULL,
    recorded_from timestamp with time zone DEFAULT now() NOT NULL,
    recorded_to timestamp with time zone,
    op text NOT NULL,
    clear_values jsonb NOT NULL,
    sealed_pointers jsonb NOT NULL,
    member_keys text[] NOT NULL,
    content_digest bytea NOT NULL,
    policy_version integer NOT NULL,
    member_versions bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    decision_ids bigint[] DEFAULT '{}'::bigint[] NOT NULL,
    children jsonb DEFAULT '{}'::jsonb NOT NULL
);

COMMENT ON TABLE master.customer_version IS 'Bitemporal versions: clear columns, and pointers (source key, landed version, field) for sealed ones.';

COMMENT ON COLUMN master.customer_version.member_versions IS 'The landed version of each of member_keys, in their order.';

COMMENT ON COLUMN master.customer_version.decision_ids IS 'The pins that gave values of this version.';

COMMENT ON COLUMN master.customer_version.children IS 'Tags and relations; pointers (source key, landed version, ordinal) to contact points and addresses.';

CREATE TABLE master.pending_golden (
    golden_id uuid NOT NULL,
    entity text NOT NULL COLLATE pg_catalog."C",
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE master.pending_golden IS 'Golden ids to merge again; emptied in the merge transaction.';

CREATE TABLE master.relation (
    golden_id uuid NOT NULL,
    kind text NOT NULL COLLATE pg_catalog."C",
    other_golden_id uuid NOT NULL,
    CONSTRAINT relation_kind_check CHECK ((kind = ANY (ARRAY['branch_of'::text, 'contact_of'::text, 'same_person'::text, 'household'::text])))
);

COMMENT ON TABLE master.relation IS 'Typed links: a branch to its parent, a contact to its customer.';

CREATE TABLE master.tag (
    golden_id uuid NOT NULL,
    tag text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE master.tag IS 'Tags of a golden customer.';

CREATE TABLE match.blocking_key (
    entity text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C",
    name_hash bytea NOT NULL
);

COMMENT ON TABLE match.blocking_key IS 'Keyed hashes by which candidates are found; name_hash tells how many distinct names share a value.';

CREATE TABLE match.cluster_member (
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    cluster_key text NOT NULL COLLATE pg_catalog."C",
    is_guarded boolean DEFAULT false NOT NULL
);

COMMENT ON TABLE match.cluster_member IS 'Cluster of each source record, named by the cluster''s oldest source key.';

CREATE TABLE match.crosswalk (
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    golden_id uuid NOT NULL
);

COMMENT ON TABLE match.crosswalk IS 'Source record -> golden id (UUIDv5 of the cluster''s oldest source key).';

CREATE TABLE match.decision (
    decision_id bigint NOT NULL,
    kind text NOT NULL,
    left_key text COLLATE pg_catalog."C",
    right_key text COLLATE pg_catalog."C",
    field text,
    author text NOT NULL,
    reason text NOT NULL,
    decided_at timestamp with time zone DEFAULT now() NOT NULL,
    deleted_at timestamp with time zone,
    deleted_by text,
    CONSTRAINT decision_kind_check CHECK ((kind = ANY (ARRAY['must-link'::text, 'cannot-link'::text, 'unmerge'::text, 'pin'::text]))),
    CONSTRAINT decision_names_keys CHECK (((kind = 'unmerge'::text) = (left_key IS NULL)))
);

COMMENT ON TABLE match.decision IS 'A steward''s word, naming source keys; soft-deleted; outranks every rule.';

CREATE TABLE match.decision_part (
    decision_id bigint NOT NULL,
    source_key text NOT NULL COLLATE pg_catalog."C",
    part integer NOT NULL
);

COMMENT ON TABLE match.decision_part IS 'The source keys of an unmerge by part: each part stays together, the parts stay apart.';

CREATE VIEW match.decided AS
 SELECT decision.decision_id,
    decision.kind,
    decision.author,
    decision.left_key AS source_key,
    0 AS part
   FROM match.decision decision
  WHERE ((decision.deleted_at IS NULL) AND (decision.kind = ANY (ARRAY['must-link'::text, 'cannot-link'::text])))
UNION ALL
 SELECT decision.decision_id,
    decision.kind,
    decision.author,
    decision.right_key AS source_key,
        CASE
            WHEN (decision.kind = 'must-link'::text) THEN 0
            ELSE 1
        END AS part
   FROM match.decision decision
  WHERE ((decision.deleted_at IS NULL) AND (decision.kind = ANY (ARRAY['must-link'::text, 'cannot-link'::text])))
UNION ALL
 SELECT decision.decision_id,
    decision.kind,
    decision.author,
    named.source_key,
    named.part
   FROM (match.decision decision
     JOIN match.decision_part named ON ((decision.decision_id = named.decision_id)))
  WHERE ((decision.deleted_at IS NULL) AND (decision.kind = 'unmerge'::text));

COMMENT ON VIEW match.decided IS 'The decisions in force that link or separate, as one shape: equal parts stay together, unequal ones apart.';

ALTER TABLE match.decision ALTER COLUMN decision_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME match.decision_decision_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE match.edge (
    left_key text NOT NULL COLLATE pg_catalog."C",
    right_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    score integer NOT NULL,
    is_veto boolean DEFAULT false NOT NULL,
    evidence jsonb NOT NULL,
    proposed_by text[] NOT NULL,
    model_version text NOT NULL,
    CONSTRAINT edge_check CHECK ((left_key < right_key))
);

COMMENT ON TABLE match.edge IS 'A scored pair (1/1000 bit) with evidence per comparison and the keys that proposed it.';

CREATE TABLE match.feature (
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    matcher_sealed bytea NOT NULL,
    matcher_digest bytea NOT NULL,
    feature_version integer NOT NULL
);

COMMENT ON TABLE match.feature IS 'One sealed blob per source record with every comparison column.';

CREATE TABLE match.model (
    model_version text NOT NULL,
    content jsonb NOT NULL,
    loaded_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE match.model IS 'Frozen, hashed matching models that edges were scored with.';

CREATE TABLE match.pending_record (
    source_key text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    queued_at timestamp with time zone DEFAULT clock_timestamp() NOT NULL
);

COMMENT ON TABLE match.pending_record IS 'Source records to match again; emptied in the match transaction.';

CREATE TABLE match.pin (
    decision_id bigint NOT NULL,
    segment text NOT NULL,
    value_sealed bytea,
    until_on date
);

COMMENT ON TABLE match.pin IS 'A pin''s value for one field, sealed for the subject of the source record (null empties the field), and its last day.';

CREATE TABLE match.review (
    left_key text NOT NULL COLLATE pg_catalog."C",
    right_key text NOT NULL COLLATE pg_catalog."C",
    cause text NOT NULL,
    chance integer NOT NULL,
    record_count integer NOT NULL,
    customer_count integer NOT NULL,
    order_count integer NOT NULL,
    expected_value bigint GENERATED ALWAYS AS (((chance)::bigint * ((record_count + customer_count) + order_count))) STORED NOT NULL,
    evidence_digest text NOT NULL,
    CONSTRAINT review_cause_check CHECK ((cause = ANY (ARRAY['close_call'::text, 'weak_bridge'::text, 'conflict'::text, 'blocked'::text, 'guard'::text])))
);

COMMENT ON TABLE match.review IS 'Pairs that a person should judge: chance (1/1000) of being wrong, and what hangs on it. Kept by deltas.';

CREATE TABLE privacy.subject_key (
    subject_id bigint NOT NULL,
    reference text NOT NULL COLLATE pg_catalog."C",
    salt bytea NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT subject_key_salt_check CHECK ((octet_length(salt) = 32))
);

COMMENT ON TABLE privacy.subject_key IS 'A random salt per subject (source:<source key> or golden:<golden id>); without it nothing of that subject opens.';

ALTER TABLE privacy.subject_key ALTER COLUMN subject_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME privacy.subject_key_subject_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE privacy.suppression (
    source_hash bytea NOT NULL,
    reason text NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

COMMENT ON TABLE privacy.suppression IS 'Keyed hashes of source keys that must not be gathered again.';

CREATE TABLE publish.change (
    change_id bigint NOT NULL,
    golden_id uuid NOT NULL,
    entity text NOT NULL COLLATE pg_catalog."C",
    version_no integer NOT NULL,
    kind text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT change_kind_check CHECK ((kind = ANY (ARRAY['created'::text, 'changed'::text, 'removed'::text])))
);

COMMENT ON TABLE publish.change IS 'Outbox: a golden record changed. Written in the merge transaction.';

ALTER TABLE publish.change ALTER COLUMN change_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME publish.change_change_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE publish.dead_letter (
    dead_letter_id bigint NOT NULL,
    delivery_id bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    detail text CONSTRAINT dead_letter_cause_not_null NOT NULL,
    attempts integer NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    died_at timestamp with time zone DEFAULT now() NOT NULL,
    replayed_at timestamp with time zone,
    replayed_by text,
    cause text CONSTRAINT dead_letter_cause_not_null1 NOT NULL,
    golden_version_no integer,
    CONSTRAINT dead_letter_cause_check CHECK ((cause = ANY (ARRAY['conflict'::text, 'refused'::text, 'unproven'::text, 'unreadable'::text, 'gone'::text]))),
    CONSTRAINT dead_letter_state_check CHECK ((state = ANY (ARRAY['open'::text, 'replayed'::text])))
);

COMMENT ON TABLE publish.dead_letter IS 'Deliveries that need a person: cause class and attempts; replayable one by one or by cause.';

COMMENT ON COLUMN publish.dead_letter.detail IS 'What the target said, without values.';

COMMENT ON COLUMN publish.dead_letter.cause IS 'Class of the cause: letters are replayed one by one or by it.';

COMMENT ON COLUMN publish.dead_letter.golden_version_no IS 'With the delivery''s golden_id and fields: the version of the golden record whose values were to be sent.';

ALTER TABLE publish.dead_letter ALTER COLUMN dead_letter_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME publish.dead_letter_dead_letter_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE publish.delivery (
    delivery_id bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    golden_id uuid NOT NULL,
    source_key text COLLATE pg_catalog."C",
    op text NOT NULL,
    fields text[] NOT NULL,
    state text DEFAULT 'pending'::text NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    seen_change_at timestamp with time zone DEFAULT now() NOT NULL,
    run_id text,
    settled_at timestamp with time zone,
    push_id bigint,
    CONSTRAINT delivery_op_check CHECK ((op = ANY (ARRAY['update'::text, 'create'::text, 'delete'::text]))),
    CONSTRAINT delivery_state_check CHECK ((state = ANY (ARRAY['pending'::text, 'waiting'::text, 'in_flight'::text, 'uncertain'::text, 'confirmed'::text, 'dead'::text, 'superseded'::text])))
);

COMMENT ON TABLE publish.delivery IS 'One intended write to one record of one target; names fields, holds no values.';

COMMENT ON COLUMN publish.delivery.push_id IS 'The push that it was weighed with; null: planned, not weighed yet.';

ALTER TABLE publish.delivery ALTER COLUMN delivery_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME publish.delivery_delivery_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE publish.drift (
    source_key text NOT NULL COLLATE pg_catalog."C",
    field text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    entity text NOT NULL COLLATE pg_catalog."C",
    side text NOT NULL,
    action text NOT NULL,
    run_id text NOT NULL,
    found_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT drift_action_check CHECK ((action = ANY (ARRAY['planned'::text, 'noted'::text]))),
    CONSTRAINT drift_side_check CHECK ((side = ANY (ARRAY['ours'::text, 'theirs'::text, 'both'::text, 'missing'::text, 'unseen'::text])))
);

COMMENT ON TABLE publish.drift IS 'What reconciling found: names of fields and records, no values. One that agrees again goes.';

COMMENT ON COLUMN publish.drift.field IS 'The hub field; empty where the whole record is meant.';

COMMENT ON COLUMN publish.drift.side IS 'ours: our value never arrived; theirs: the target was edited; both: and we want something new as well;
missing: the target has no such record; unseen: edited there, and its gather has passed over it.';

CREATE TABLE publish.echo (
    source_key text NOT NULL COLLATE pg_catalog."C",
    version_at timestamp with time zone NOT NULL,
    recorded_at timestamp with time zone DEFAULT now() NOT NULL,
    digest bytea
);

COMMENT ON TABLE publish.echo IS 'Times that our own writes gave to remote records: such a read changes nothing.';

COMMENT ON COLUMN publish.echo.digest IS 'Digest of the record after a write before which everything in it was gathered: such a read shows our write alone.';

CREATE TABLE publish.push (
    push_id bigint NOT NULL,
    channel text NOT NULL COLLATE pg_catalog."C",
    state text NOT NULL,
    counts jsonb NOT NULL,
    run_id text NOT NULL,
    weighed_at timestamp with time zone DEFAULT now() NOT NULL,
    decided_by text,
    decided_at timestamp with time zone,
    CONSTRAINT push_state_check CHECK ((state = ANY (ARRAY['observed'::text, 'granted'::text, 'free'::text, 'asked'::text, 'approved'::text, 'rejected'::text, 'replaced'::text])))
);

COMMENT ON TABLE publish.push IS 'What a plan would do to a target, weighed: counts per entity, and whether it may go.';

COMMENT ON COLUMN publish.push.state IS 'observed: counted only; granted: a person enabled the target on these counts; free: within the limits;
asked: waits for a person; approved, rejected: the answer; replaced: a later plan weighed the same again.';

COMMENT ON COLUMN publish.push.counts IS 'By entity: created, changed, deleted, known. No values.';

ALTER TABLE publish.push ALTER COLUMN push_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME publish.push_push_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE publish.sent (
    source_key text NOT NULL COLLATE pg_catalog."C",
    field text NOT NULL COLLATE pg_catalog."C",
    digest bytea NOT NULL,
    acknowledged_at timestamp with time zone DEFAULT now() NOT NULL,
    giver_key text COLLATE pg_catalog."C",
    version_at timestamp with time zone
);

COMMENT ON TABLE publish.sent IS 'Keyed digest of each field as the target last acknowledged it.';

COMMENT ON COLUMN publish.sent.giver_key IS 'The source record that gave the value: once it has left the golden record, an empty golden value empties the field.';

COMMENT ON COLUMN publish.sent.version_at IS 'The update time of the record when the target acknowledged the value: what is gathered later says more.';

CREATE TABLE publish.target (
    channel text NOT NULL COLLATE pg_catalog."C",
    state text DEFAULT 'observe'::text NOT NULL,
    changed_by text NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    planned_change_id bigint DEFAULT 0 NOT NULL,
    CONSTRAINT target_state_check CHECK ((state = ANY (ARRAY['observe'::text, 'enabled'::text])))
);

COMMENT ON TABLE publish.target IS 'Whether a channel may be written to; observe plans and reports only.';

COMMENT ON COLUMN publish.target.planned_change_id IS 'The newest change that deliveries were planned for.';

ALTER TABLE quarantine.record ALTER COLUMN record_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME quarantine.record_record_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE source.address (
    source_key text NOT NULL COLLATE pg_catalog."C",
    ordinal smallint NOT NULL,
    type text NOT NULL,
    country_code text,
    region_code text,
    contact_sealed bytea NOT NULL,
    contact_digest bytea NOT NULL
);

COMMENT ON TABLE source.address IS 'Addresses of a source customer; country and region code in clear, the rest sealed.';

CREATE TABLE source.blind_index (
    source_key text NOT NULL COLLATE pg_catalog."C",
    kind text NOT NULL COLLATE pg_catalog."C",
    hash bytea NOT NULL,
    standardiser_version integer NOT NULL
);

COMMENT ON TABLE source.blind_index IS 'Keyed hashes of standardised phones, mails and ids for exact look-up.';

CREATE TABLE source.contact (
    source_key text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    first_created_at timestamp with time zone,
    is_deleted boolean NOT NULL,
    customer_source_key text COLLATE pg_catalog."C",
    name text,
    name_pinyin text,
    title text,
    role_code text,
    standardiser_version integer NOT NULL
);

COMMENT ON TABLE source.contact IS 'A person''s role at a customer, as one channel knows it.';

CREATE TABLE source.contact_point (
    source_key text NOT NULL COLLATE pg_catalog."C",
    ordinal smallint NOT NULL,
    type text NOT NULL,
    is_preferred boolean NOT NULL,
    is_masked boolean DEFAULT false NOT NULL,
    contact_sealed bytea NOT NULL,
    contact_digest bytea NOT NULL,
    CONSTRAINT contact_point_type_check CHECK ((type = ANY (ARRAY['phone'::text, 'mobile'::text, 'fax'::text, 'mail'::text])))
);

COMMENT ON TABLE source.contact_point IS 'Phones, mobiles, faxes and mails of a source customer or contact; the value is sealed.';

CREATE TABLE source.customer (
    source_key text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    first_created_at timestamp with time zone,
    is_deleted boolean NOT NULL,
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
    parent_source_key text COLLATE pg_catalog."C",
    is_validation_downgraded boolean DEFAULT false NOT NULL,
    identity_sealed bytea,
    identity_digest bytea,
    finance_sealed bytea,
    finance_digest bytea,
    free_text_sealed bytea,
    free_text_digest bytea,
    standardiser_version integer NOT NULL,
    cleared_fields text[] DEFAULT '{}'::text[] NOT NULL
);

COMMENT ON TABLE source.customer IS 'A customer as one channel knows it now. Sealed: identity (ids, birth date), finance (credit, payment), free_text (remark).';

COMMENT ON COLUMN source.customer.cleared_fields IS 'Golden fields and kinds of children that the channel explicitly says to be empty; null alone is no opinion.';

CREATE TABLE source.feedback (
    source_key text NOT NULL COLLATE pg_catalog."C",
    kind_code text NOT NULL COLLATE pg_catalog."C",
    score numeric(6,2),
    given_at timestamp with time zone,
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    standardiser_version integer NOT NULL,
    customer_source_key text COLLATE pg_catalog."C",
    ticket_source_key text COLLATE pg_catalog."C",
    order_source_key text COLLATE pg_catalog."C",
    scale_code text,
    score_share numeric(5,4),
    free_text_sealed bytea,
    free_text_digest bytea
);

COMMENT ON TABLE source.feedback IS 'Satisfaction, complaints, reviews and NPS: of their own, and the scores given on tickets; comments are sealed.';

COMMENT ON COLUMN source.feedback.score IS 'On its own scale; of a scale of words the place of the word, the worst is 0.';

COMMENT ON COLUMN source.feedback.scale_code IS 'Least and greatest score as 1-5, or words from the worst to the best as bad/good.';

COMMENT ON COLUMN source.feedback.score_share IS 'The score on a scale from 0 (worst) to 1 (best).';

CREATE TABLE source.interaction (
    source_key text NOT NULL COLLATE pg_catalog."C",
    ordinal text NOT NULL COLLATE pg_catalog."C",
    medium_code text NOT NULL,
    direction_code text,
    happened_at timestamp with time zone NOT NULL,
    free_text_sealed bytea,
    free_text_digest bytea,
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    standardiser_version integer NOT NULL,
    customer_source_key text COLLATE pg_catalog."C",
    contact_source_key text COLLATE pg_catalog."C",
    agent text,
    status_code text,
    ended_at timestamp with time zone
);

COMMENT ON TABLE source.interaction IS 'Calls, meetings, mails and chats of their own, and the messages of tickets; subject, text and addresses are sealed.';

COMMENT ON COLUMN source.interaction.source_key IS 'Of the record that tells of it: the interaction itself, or its ticket.';

COMMENT ON COLUMN source.interaction.direction_code IS 'in or out; null for what has none, as a meeting.';

COMMENT ON COLUMN source.interaction.customer_source_key IS 'As the channel names it; null, or of a customer that has not come yet: unresolved, for as long as it is.';

COMMENT ON COLUMN source.interaction.agent IS 'Who spoke for us, by name or log-in; null where that is a mail address.';

CREATE TABLE source.order_event (
    source_key text NOT NULL COLLATE pg_catalog."C",
    event_code text NOT NULL COLLATE pg_catalog."C",
    event_at timestamp with time zone NOT NULL,
    document_no text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    line_no text DEFAULT ''::text NOT NULL COLLATE pg_catalog."C",
    quantity numeric(18,4),
    carrier text
);

COMMENT ON TABLE source.order_event IS 'What happened to an order or (line_no) to one of its lines: placed, approved, rejected, paid, shipped, delivered, completed, returned, refunded, cancelled.';

COMMENT ON COLUMN source.order_event.document_no IS 'The shipment, return or refund that it belongs to; empty: none.';

COMMENT ON COLUMN source.order_event.quantity IS 'How much of the line; null: all of it, or not told.';

CREATE TABLE source.order_line (
    source_key text NOT NULL COLLATE pg_catalog."C",
    line_no text NOT NULL COLLATE pg_catalog."C",
    product_code text,
    product_name text,
    category text,
    quantity numeric(18,4),
    price_amount numeric(18,4),
    line_amount numeric(18,4),
    is_return boolean DEFAULT false NOT NULL,
    returns_line_no text COLLATE pg_catalog."C",
    shipped_quantity numeric(18,4),
    returned_quantity numeric(18,4)
);

COMMENT ON TABLE source.order_line IS 'Lines of an order: what was ordered, and (is_return, with negative quantity and amount) what came back.';

COMMENT ON COLUMN source.order_line.returns_line_no IS 'The line that a return takes back.';

COMMENT ON COLUMN source.order_line.shipped_quantity IS 'How much of an ordered line was sent, as its events tell.';

COMMENT ON COLUMN source.order_line.returned_quantity IS 'How much of an ordered line came back.';

CREATE TABLE source.payment (
    source_key text NOT NULL COLLATE pg_catalog."C",
    payment_no text NOT NULL COLLATE pg_catalog."C",
    method_code text,
    currency_code text,
    paid_amount numeric(18,4),
    paid_at timestamp with time zone
);

COMMENT ON TABLE source.payment IS 'Payments and refunds (negative) of an order.';

CREATE TABLE source.sales_order (
    source_key text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    order_number text NOT NULL COLLATE pg_catalog."C",
    customer_source_key text COLLATE pg_catalog."C",
    status_code text,
    ordered_at timestamp with time zone,
    currency_code text,
    total_amount numeric(18,4),
    standardiser_version integer NOT NULL,
    discount_amount numeric(18,4),
    shipping_amount numeric(18,4),
    fee_amount numeric(18,4),
    tax_amount numeric(18,4),
    origin_channel text COLLATE pg_catalog."C",
    origin_number text COLLATE pg_catalog."C",
    order_key text NOT NULL COLLATE pg_catalog."C",
    is_counted boolean DEFAULT true NOT NULL,
    buyer_source_key text COLLATE pg_catalog."C"
);

COMMENT ON TABLE source.sales_order IS 'Orders and till receipts, one row each, at the channel''s own key.';

COMMENT ON COLUMN source.sales_order.total_amount IS 'What was to be paid: lines that are no returns + shipping + fee + tax - discount.';

COMMENT ON COLUMN source.sales_order.discount_amount IS 'Taken off the whole order, beside the amounts of its lines.';

COMMENT ON COLUMN source.sales_order.origin_channel IS 'With origin_number: the order that this one repeats, by the channel''s own word.';

COMMENT ON COLUMN source.sales_order.order_key IS 'The same for all orders that are one: the smallest of their source keys.';

COMMENT ON COLUMN source.sales_order.is_counted IS 'Exactly one of each order_key: the one that figures count.';

COMMENT ON COLUMN source.sales_order.buyer_source_key IS 'The customer of the order: its own, else that of another that is the same order.';

CREATE TABLE source.tag (
    source_key text NOT NULL COLLATE pg_catalog."C",
    tag text NOT NULL COLLATE pg_catalog."C"
);

COMMENT ON TABLE source.tag IS 'Tags that a channel gave a customer.';

CREATE TABLE source.ticket (
    source_key text NOT NULL COLLATE pg_catalog."C",
    channel text NOT NULL COLLATE pg_catalog."C",
    source_id text NOT NULL COLLATE pg_catalog."C",
    version_id bigint NOT NULL,
    version_at timestamp with time zone NOT NULL,
    is_deleted boolean NOT NULL,
    customer_source_key text COLLATE pg_catalog."C",
    status_code text,
    opened_at timestamp with time zone,
    resolved_at timestamp with time zone,
    free_text_sealed bytea,
    free_text_digest bytea,
    standardiser_version integer NOT NULL
);

COMMENT ON TABLE source.ticket IS 'Support tickets; the subject line is sealed.';

CREATE TABLE source.ticket_event (
    source_key text NOT NULL COLLATE pg_catalog."C",
    ordinal text NOT NULL COLLATE pg_catalog."C",
    from_code text,
    to_code text,
    changed_at timestamp with time zone,
    agent text
);

COMMENT ON TABLE source.ticket_event IS 'Changes of a ticket''s status, each with who made it.';

COMMENT ON COLUMN source.ticket_event.agent IS 'By name or log-in; null where that is a mail address.';

CREATE TABLE steward.task (
    task_id bigint NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL COLLATE pg_catalog."C",
    detail jsonb DEFAULT '{}'::jsonb NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    raised_at timestamp with time zone DEFAULT now() NOT NULL,
    closed_at timestamp with time zone,
    closed_by text,
    expected_value bigint DEFAULT 0 NOT NULL,
    evidence_digest text,
    CONSTRAINT task_state_check CHECK ((state = ANY (ARRAY['open'::text, 'done'::text, 'dismissed'::text, 'gone'::text])))
);

COMMENT ON TABLE steward.task IS 'What a person should look at: unknown fields, missing regions, close calls of the matcher. gone: the cause went by itself.';

ALTER TABLE steward.task ALTER COLUMN task_id ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME steward.task_task_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

ALTER TABLE ONLY backup.drill
    ADD CONSTRAINT drill_pkey PRIMARY KEY (drill_id);

ALTER TABLE ONLY backup.manifest
    ADD CONSTRAINT manifest_pkey PRIMARY KEY (backup_id);

ALTER TABLE ONLY hub.as_of
    ADD CONSTRAINT as_of_pkey PRIMARY KEY (is_only);

ALTER TABLE ONLY hub.audit_log
    ADD CONSTRAINT audit_log_pkey PRIMARY KEY (entry_id);

ALTER TABLE ONLY hub.channel_token
    ADD CONSTRAINT channel_token_pkey PRIMARY KEY (credential);

ALTER TABLE ONLY hub.gathered_window
    ADD CONSTRAINT gathered_window_pkey PRIMARY KEY (window_id);

ALTER TABLE ONLY hub.import
    ADD CONSTRAINT import_pkey PRIMARY KEY (token);

ALTER TABLE ONLY hub.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (number);

ALTER TABLE ONLY hub.policy_version
    ADD CONSTRAINT policy_version_pkey PRIMARY KEY (policy_version);

ALTER TABLE ONLY hub.request_pace
    ADD CONSTRAINT request_pace_pkey PRIMARY KEY (name);

ALTER TABLE ONLY hub.run_receipt
    ADD CONSTRAINT run_receipt_pkey PRIMARY KEY (receipt_id);

ALTER TABLE ONLY hub.run_receipt
    ADD CONSTRAINT run_receipt_run_id_step_channel_entity_window_id_key UNIQUE (run_id, step, channel, entity, window_id);

ALTER TABLE ONLY landing.pending_key
    ADD CONSTRAINT pending_key_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY landing.version
    ADD CONSTRAINT version_pkey PRIMARY KEY (version_id);

ALTER TABLE ONLY landing.version
    ADD CONSTRAINT version_source_key_version_at_seen_at_op_digest_key UNIQUE (source_key, version_at, seen_at, op, digest);

ALTER TABLE ONLY landing.withdrawal
    ADD CONSTRAINT withdrawal_pkey PRIMARY KEY (version_id);

ALTER TABLE ONLY master.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (golden_id, ordinal);

ALTER TABLE ONLY master.alias
    ADD CONSTRAINT alias_pkey PRIMARY KEY (golden_id);

ALTER TABLE ONLY master.alias
    ADD CONSTRAINT alias_source_key_key UNIQUE (source_key);

ALTER TABLE ONLY master.cell_lineage
    ADD CONSTRAINT cell_lineage_pkey PRIMARY KEY (golden_id, field);

ALTER TABLE ONLY master.classification
    ADD CONSTRAINT classification_pkey PRIMARY KEY (golden_id, scheme);

ALTER TABLE ONLY master.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (golden_id);

ALTER TABLE ONLY master.contact_point
    ADD CONSTRAINT contact_point_pkey PRIMARY KEY (golden_id, ordinal);

ALTER TABLE ONLY master.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (golden_id);

ALTER TABLE ONLY master.customer_version
    ADD CONSTRAINT customer_version_pkey PRIMARY KEY (golden_id, version_no);

ALTER TABLE ONLY master.pending_golden
    ADD CONSTRAINT pending_golden_pkey PRIMARY KEY (golden_id);

ALTER TABLE ONLY master.relation
    ADD CONSTRAINT relation_pkey PRIMARY KEY (golden_id, kind, other_golden_id);

ALTER TABLE ONLY master.tag
    ADD CONSTRAINT tag_pkey PRIMARY KEY (golden_id, tag);

ALTER TABLE ONLY match.blocking_key
    ADD CONSTRAINT blocking_key_pkey PRIMARY KEY (entity, kind, hash, source_key);

ALTER TABLE ONLY match.cluster_member
    ADD CONSTRAINT cluster_member_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY match.crosswalk
    ADD CONSTRAINT crosswalk_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY match.decision_part
    ADD CONSTRAINT decision_part_pkey PRIMARY KEY (decision_id, source_key);

ALTER TABLE ONLY match.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (decision_id);

ALTER TABLE ONLY match.edge
    ADD CONSTRAINT edge_pkey PRIMARY KEY (left_key, right_key);

ALTER TABLE ONLY match.feature
    ADD CONSTRAINT feature_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY match.model
    ADD CONSTRAINT model_pkey PRIMARY KEY (model_version);

ALTER TABLE ONLY match.pending_record
    ADD CONSTRAINT pending_record_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY match.pin
    ADD CONSTRAINT pin_pkey PRIMARY KEY (decision_id);

ALTER TABLE ONLY match.review
    ADD CONSTRAINT review_pkey PRIMARY KEY (left_key, right_key);

ALTER TABLE ONLY privacy.subject_key
    ADD CONSTRAINT subject_key_pkey PRIMARY KEY (subject_id);

ALTER TABLE ONLY privacy.subject_key
    ADD CONSTRAINT subject_key_reference_key UNIQUE (reference);

ALTER TABLE ONLY privacy.suppression
    ADD CONSTRAINT suppression_pkey PRIMARY KEY (source_hash);

ALTER TABLE ONLY publish.change
    ADD CONSTRAINT change_golden_id_version_no_kind_key UNIQUE (golden_id, version_no, kind);

ALTER TABLE ONLY publish.change
    ADD CONSTRAINT change_pkey PRIMARY KEY (change_id);

ALTER TABLE ONLY publish.dead_letter
    ADD CONSTRAINT dead_letter_pkey PRIMARY KEY (dead_letter_id);

ALTER TABLE ONLY publish.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (delivery_id);

ALTER TABLE ONLY publish.drift
    ADD CONSTRAINT drift_pkey PRIMARY KEY (source_key, field);

ALTER TABLE ONLY publish.echo
    ADD CONSTRAINT echo_pkey PRIMARY KEY (source_key, version_at);

ALTER TABLE ONLY publish.push
    ADD CONSTRAINT push_pkey PRIMARY KEY (push_id);

ALTER TABLE ONLY publish.sent
    ADD CONSTRAINT sent_pkey PRIMARY KEY (source_key, field);

ALTER TABLE ONLY publish.target
    ADD CONSTRAINT target_pkey PRIMARY KEY (channel);

ALTER TABLE ONLY quarantine.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (record_id);

ALTER TABLE ONLY quarantine.record
    ADD CONSTRAINT record_version_id_suite_rule_column_name_key UNIQUE (version_id, suite, rule, column_name);

ALTER TABLE ONLY source.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (source_key, ordinal);

ALTER TABLE ONLY source.blind_index
    ADD CONSTRAINT blind_index_pkey PRIMARY KEY (source_key, kind, hash);

ALTER TABLE ONLY source.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY source.contact_point
    ADD CONSTRAINT contact_point_pkey PRIMARY KEY (source_key, ordinal);

ALTER TABLE ONLY source.customer
    ADD CONSTRAINT customer_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY source.feedback
    ADD CONSTRAINT feedback_pkey PRIMARY KEY (source_key, kind_code);

ALTER TABLE ONLY source.interaction
    ADD CONSTRAINT interaction_pkey PRIMARY KEY (source_key, ordinal);

ALTER TABLE ONLY source.order_event
    ADD CONSTRAINT order_event_pkey PRIMARY KEY (source_key, event_code, event_at, document_no, line_no);

ALTER TABLE ONLY source.order_line
    ADD CONSTRAINT order_line_pkey PRIMARY KEY (source_key, line_no);

ALTER TABLE ONLY source.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (source_key, payment_no);

ALTER TABLE ONLY source.sales_order
    ADD CONSTRAINT sales_order_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY source.tag
    ADD CONSTRAINT tag_pkey PRIMARY KEY (source_key, tag);

ALTER TABLE ONLY source.ticket_event
    ADD CONSTRAINT ticket_event_pkey PRIMARY KEY (source_key, ordinal);

ALTER TABLE ONLY source.ticket
    ADD CONSTRAINT ticket_pkey PRIMARY KEY (source_key);

ALTER TABLE ONLY steward.task
    ADD CONSTRAINT task_kind_subject_key UNIQUE (kind, subject);

ALTER TABLE ONLY steward.task
    ADD CONSTRAINT task_pkey PRIMARY KEY (task_id);

CREATE INDEX gathered_window_by_channel ON hub.gathered_window USING btree (channel, entity, state, end_at);

CREATE UNIQUE INDEX import_standing ON hub.import USING btree (file_digest) WHERE (state <> 'undone'::text);

CREATE UNIQUE INDEX policy_version_active ON hub.policy_version USING btree (is_active) WHERE is_active;

CREATE INDEX run_receipt_by_step ON hub.run_receipt USING btree (step);

CREATE INDEX run_receipt_by_window ON hub.run_receipt USING btree (window_id, step);

CREATE INDEX version_by_entity ON landing.version USING btree (channel, entity);

CREATE INDEX version_by_window ON landing.version USING btree (window_id);

CREATE INDEX customer_by_name ON master.customer USING btree (legal_name text_pattern_ops);

CREATE INDEX customer_name_trigram ON master.customer USING gin (legal_name hub.gin_trgm_ops);

CREATE INDEX customer_pinyin_trigram ON master.customer USING gin (replace(name_pinyin, ' '::text, ''::text) hub.gin_trgm_ops);

CREATE INDEX customer_short_name_trigram ON master.customer USING gin (short_name hub.gin_trgm_ops);

CREATE INDEX relation_by_other ON master.relation USING btree (other_golden_id);

CREATE INDEX blocking_key_by_record ON match.blocking_key USING btree (source_key);

CREATE INDEX cluster_member_by_cluster ON match.cluster_member USING btree (cluster_key);

CREATE INDEX crosswalk_by_golden ON match.crosswalk USING btree (golden_id);

CREATE INDEX decision_by_left ON match.decision USING btree (left_key) WHERE (deleted_at IS NULL);

CREATE INDEX decision_by_right ON match.decision USING btree (right_key) WHERE (deleted_at IS NULL);

CREATE INDEX decision_part_by_record ON match.decision_part USING btree (source_key);

CREATE INDEX edge_by_right ON match.edge USING btree (right_key);

CREATE INDEX review_by_right ON match.review USING btree (right_key);

CREATE INDEX review_by_value ON match.review USING btree (expected_value DESC, left_key, right_key);

CREATE INDEX change_by_golden ON publish.change USING btree (entity, golden_id, change_id);

CREATE UNIQUE INDEX dead_letter_open ON publish.dead_letter USING btree (delivery_id) WHERE (state = 'open'::text);

CREATE INDEX delivery_by_golden ON publish.delivery USING btree (golden_id);

CREATE INDEX delivery_by_push ON publish.delivery USING btree (push_id);

CREATE INDEX delivery_by_record ON publish.delivery USING btree (channel, source_key);

CREATE UNIQUE INDEX delivery_one_open_create ON publish.delivery USING btree (channel, entity, golden_id) WHERE ((state = ANY (ARRAY['pending'::text, 'waiting'::text, 'in_flight'::text, 'uncertain'::text])) AND (op = 'create'::text));

CREATE UNIQUE INDEX delivery_one_open_delete ON publish.delivery USING btree (channel, source_key) WHERE ((state = ANY (ARRAY['pending'::text, 'waiting'::text, 'in_flight'::text, 'uncertain'::text])) AND (op = 'delete'::text));

CREATE UNIQUE INDEX delivery_one_open_update ON publish.delivery USING btree (channel, source_key) WHERE ((state = ANY (ARRAY['pending'::text, 'waiting'::text, 'in_flight'::text, 'uncertain'::text])) AND (op = 'update'::text));

CREATE INDEX delivery_open ON publish.delivery USING btree (channel, state);

CREATE INDEX drift_by_channel ON publish.drift USING btree (channel, found_at);

CREATE UNIQUE INDEX push_one_asked ON publish.push USING btree (channel) WHERE (state = 'asked'::text);

CREATE UNIQUE INDEX push_one_observed ON publish.push USING btree (channel) WHERE (state = ANY (ARRAY['observed'::text, 'granted'::text]));

CREATE INDEX record_kept_back ON quarantine.record USING btree (version_id) WHERE (state = ANY (ARRAY['open'::text, 'repaired'::text]));

CREATE INDEX blind_index_by_hash ON source.blind_index USING btree (kind, hash);

CREATE INDEX contact_by_customer ON source.contact USING btree (customer_source_key);

CREATE INDEX customer_by_parent ON source.customer USING btree (parent_source_key) WHERE (parent_source_key IS NOT NULL);

CREATE INDEX feedback_by_customer ON source.feedback USING btree (customer_source_key);

CREATE INDEX interaction_by_contact ON source.interaction USING btree (contact_source_key) WHERE (contact_source_key IS NOT NULL);

CREATE INDEX interaction_by_customer ON source.interaction USING btree (customer_source_key);

CREATE INDEX sales_order_by_buyer ON source.sales_order USING btree (buyer_source_key) WHERE is_counted;

CREATE INDEX sales_order_by_customer ON source.sales_order USING btree (customer_source_key);

CREATE INDEX sales_order_by_key ON source.sales_order USING btree (order_key);

CREATE INDEX sales_order_by_number ON source.sales_order USING btree (channel, order_number);

CREATE INDEX sales_order_by_origin ON source.sales_order USING btree (origin_channel, origin_number) WHERE (origin_channel IS NOT NULL);

CREATE INDEX ticket_by_customer ON source.ticket USING btree (customer_source_key);

ALTER TABLE ONLY hub.import
    ADD CONSTRAINT import_window_id_fkey FOREIGN KEY (window_id) REFERENCES hub.gathered_window(window_id);

ALTER TABLE ONLY landing.version
    ADD CONSTRAINT version_window_id_fkey FOREIGN KEY (window_id) REFERENCES hub.gathered_window(window_id);

ALTER TABLE ONLY landing.withdrawal
    ADD CONSTRAINT withdrawal_token_fkey FOREIGN KEY (token) REFERENCES hub.import(token);

ALTER TABLE ONLY landing.withdrawal
    ADD CONSTRAINT withdrawal_version_id_fkey FOREIGN KEY (version_id) REFERENCES landing.version(version_id);

ALTER TABLE ONLY match.decision_part
    ADD CONSTRAINT decision_part_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES match.decision(decision_id);

ALTER TABLE ONLY match.pin
    ADD CONSTRAINT pin_decision_id_fkey FOREIGN KEY (decision_id) REFERENCES match.decision(decision_id);

ALTER TABLE ONLY publish.dead_letter
    ADD CONSTRAINT dead_letter_delivery_id_fkey FOREIGN KEY (delivery_id) REFERENCES publish.delivery(delivery_id);

ALTER TABLE ONLY publish.delivery
    ADD CONSTRAINT delivery_push_id_fkey FOREIGN KEY (push_id) REFERENCES publish.push(push_id);

ALTER TABLE ONLY quarantine.record
    ADD CONSTRAINT record_version_id_fkey FOREIGN KEY (version_id) REFERENCES landing.version(version_id);
