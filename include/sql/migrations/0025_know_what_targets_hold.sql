-- What a target holds in a field that people there edit too, and which reads of it show our own write and nothing else.
alter table publish.sent add column version_at timestamptz;
comment on column publish.sent.version_at is
'The update time of the record when the target acknowledged the value: what is gathered later says more.';
alter table publish.echo add column digest bytea;
comment on column publish.echo.digest is
'Digest of the record after a write before which everything in it was gathered: such a read shows our write alone.';
