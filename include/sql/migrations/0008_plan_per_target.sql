-- Each target is planned up to its own change; one open delivery a record, whichever golden id it belongs to.
alter table publish.target add column planned_change_id bigint not null default 0;
comment on column publish.target.planned_change_id is 'The newest change that deliveries were planned for.';
alter table publish.change drop column planned_at;
alter table publish.sent add column golden_id uuid not null;
comment on column publish.sent.golden_id is 'The golden record whose value it was.';
drop index publish.delivery_one_open;
create unique index delivery_one_open_update on publish.delivery (channel, source_key)
where state in ('pending', 'waiting', 'in_flight', 'uncertain') and op = 'update';
create unique index delivery_one_open_create on publish.delivery (channel, entity, golden_id)
where state in ('pending', 'waiting', 'in_flight', 'uncertain') and op = 'create';
create index delivery_by_record on publish.delivery (channel, source_key);
create index delivery_by_golden on publish.delivery (golden_id);
create index change_by_golden on publish.change (entity, golden_id, change_id);
