-- A dead letter says its class of cause, of a closed list, and points at the values that were to be sent.
alter table publish.dead_letter rename column cause to detail;
alter table publish.dead_letter add column cause text;
update publish.dead_letter
set
    cause = case
        when detail = 'conflict' then 'conflict'
        when detail = 'failed: the record cannot be read' then 'unreadable'
        when detail = 'failed: the record is gone after the write' then 'gone'
        when detail like 'failed: the read-back does not show%' then 'unproven'
        else 'refused'
    end;
alter table publish.dead_letter alter column cause set not null;
alter table publish.dead_letter add constraint dead_letter_cause_check check (
    cause in ('conflict', 'refused', 'unproven', 'unreadable', 'gone')
);
alter table publish.dead_letter add column golden_version_no integer;
comment on column publish.dead_letter.cause is 'Class of the cause: letters are replayed one by one or by it.';
comment on column publish.dead_letter.detail is 'What the target said, without values.';
comment on column publish.dead_letter.golden_version_no is
'With the delivery''s golden_id and fields: the version of the golden record whose values were to be sent.';
