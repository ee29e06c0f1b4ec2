-- Explicit clears: what a source record says to be empty, and golden cells that are empty for that reason.
alter table source.customer add column cleared_fields text[] not null default '{}';
comment on column source.customer.cleared_fields is
'Golden fields and kinds of children that the channel explicitly says to be empty; null alone is no opinion.';
alter table master.cell_lineage add column is_cleared boolean not null default false;
comment on column master.cell_lineage.is_cleared is
'The record that gave the cell says that it is to be empty: the golden value is null.';
