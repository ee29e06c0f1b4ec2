-- A record that moves to another golden record is a change of both, told by the outbox: the ledger need not know.
alter table publish.sent drop column golden_id;
