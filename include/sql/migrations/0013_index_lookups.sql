-- What every run looks up, whatever its size: branches by their parent, a sweep's records, the receipts of a step.
create index customer_by_parent on source.customer (parent_source_key) where parent_source_key is not null;
create index version_by_entity on landing.version (channel, entity);
create index run_receipt_by_step on hub.run_receipt (step);
