-- Records that the hub itself made in a target may be deleted there, one open delivery a record.
alter table publish.delivery
drop constraint delivery_op_check,
add constraint delivery_op_check check (op in ('update', 'create', 'delete'));
create unique index delivery_one_open_delete on publish.delivery (channel, source_key)
where state in ('pending', 'waiting', 'in_flight', 'uncertain') and op = 'delete';
