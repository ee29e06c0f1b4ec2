-- A person may let a sweep delete more than the guard allows: so many in this window, and once.
alter table hub.gathered_window add column waived_delete_count bigint not null default 0;
comment on column hub.gathered_window.waived_delete_count is
'How many deletions of a sweep a person has let pass in this window.';
