-- No target takes an idempotency key (an uncertain write is settled by a look-up), and nothing is put off to a time.
alter table publish.delivery drop column idempotency_key, drop column not_before;
