-- Interactions and feedback as records of their own, beside those that come with a ticket; a ticket's changes of status.
alter table source.interaction
add column channel text collate "C",
add column source_id text collate "C",
add column version_id bigint,
add column version_at timestamptz,
add column is_deleted boolean,
add column standardiser_version integer,
add column customer_source_key text collate "C",
add column contact_source_key text collate "C",
add column agent text,
add column status_code text,
add column ended_at timestamptz,
alter column direction_code drop not null;

update source.interaction as entry
set
    channel = ticket.channel,
    source_id = ticket.source_id,
    version_id = ticket.version_id,
    version_at = ticket.version_at,
    is_deleted = ticket.is_deleted,
    standardiser_version = ticket.standardiser_version,
    customer_source_key = ticket.customer_source_key
from source.ticket as ticket
where ticket.source_key = entry.source_key;

alter table source.interaction
alter column channel set not null,
alter column source_id set not null,
alter column version_id set not null,
alter column version_at set not null,
alter column is_deleted set not null,
alter column standardiser_version set not null;
comment on table source.interaction is
'Calls, meetings, mails and chats of their own, and the messages of tickets; subject, text and addresses are sealed.';
comment on column source.interaction.source_key is 'Of the record that tells of it: the interaction itself, or its ticket.';
comment on column source.interaction.customer_source_key is
'As the channel names it; null, or of a customer that has not come yet: unresolved, for as long as it is.';
comment on column source.interaction.agent is 'Who spoke for us, by name or log-in; null where that is a mail address.';
comment on column source.interaction.direction_code is 'in or out; null for what has none, as a meeting.';
create index interaction_by_customer on source.interaction (customer_source_key);
create index interaction_by_contact on source.interaction (contact_source_key) where contact_source_key is not null;

alter table source.feedback
add column channel text collate "C",
add column source_id text collate "C",
add column version_id bigint,
add column version_at timestamptz,
add column is_deleted boolean,
add column standardiser_version integer,
add column customer_source_key text collate "C",
add column ticket_source_key text collate "C",
add column order_source_key text collate "C",
add column scale_code text,
add column score_share numeric(5, 4),
add column free_text_sealed bytea,
add column free_text_digest bytea;

update source.feedback as entry
set
    channel = ticket.channel,
    source_id = ticket.source_id,
    version_id = ticket.version_id,
    version_at = ticket.version_at,
    is_deleted = ticket.is_deleted,
    standardiser_version = ticket.standardiser_version,
    customer_source_key = ticket.customer_source_key,
    ticket_source_key = ticket.source_key
from source.ticket as ticket
where ticket.source_key = entry.source_key;

alter table source.feedback
alter column channel set not null,
alter column source_id set not null,
alter column version_id set not null,
alter column version_at set not null,
alter column is_deleted set not null,
alter column standardiser_version set not null;
comment on table source.feedback is
'Satisfaction, complaints, reviews and NPS: of their own, and the scores given on tickets; comments are sealed.';
comment on column source.feedback.score is 'On its own scale; of a scale of words the place of the word, the worst is 0.';
comment on column source.feedback.scale_code is 'Least and greatest score as 1-5, or words from the worst to the best as bad/good.';
comment on column source.feedback.score_share is 'The score on a scale from 0 (worst) to 1 (best).';
create index feedback_by_customer on source.feedback (customer_source_key);

create table source.ticket_event (
    source_key text collate "C" not null,
    ordinal text collate "C" not null,
    from_code text,
    to_code text,
    changed_at timestamptz,
    agent text,
    primary key (source_key, ordinal)
);
comment on table source.ticket_event is 'Changes of a ticket''s status, each with who made it.';
comment on column source.ticket_event.agent is 'By name or log-in; null where that is a mail address.';
