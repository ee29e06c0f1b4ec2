-- What an order costs beside its lines, what was sent and came back, and orders that several channels carry.
alter table source.sales_order
add column discount_amount numeric(18, 4),
add column shipping_amount numeric(18, 4),
add column fee_amount numeric(18, 4),
add column tax_amount numeric(18, 4),
add column origin_channel text collate "C",
add column origin_number text collate "C",
add column order_key text collate "C",
add column is_counted boolean not null default true,
add column buyer_source_key text collate "C",
alter column order_number type text collate "C";
update source.sales_order
set
    order_key = source_key,
    buyer_source_key = customer_source_key;
alter table source.sales_order alter column order_key set not null;
comment on column source.sales_order.total_amount is
'What was to be paid: lines that are no returns + shipping + fee + tax - discount.';
comment on column source.sales_order.discount_amount is 'Taken off the whole order, beside the amounts of its lines.';
comment on column source.sales_order.origin_channel is
'With origin_number: the order that this one repeats, by the channel''s own word.';
comment on column source.sales_order.order_key is
'The same for all orders that are one: the smallest of their source keys.';
comment on column source.sales_order.is_counted is 'Exactly one of each order_key: the one that figures count.';
comment on column source.sales_order.buyer_source_key is
'The customer of the order: its own, else that of another that is the same order.';
create index sales_order_by_number on source.sales_order (channel, order_number);
create index sales_order_by_origin on source.sales_order (origin_channel, origin_number)
where origin_channel is not null;
create index sales_order_by_buyer on source.sales_order (buyer_source_key) where is_counted;
create index sales_order_by_key on source.sales_order (order_key);

alter table source.order_line
add column returns_line_no text collate "C",
add column shipped_quantity numeric(18, 4),
add column returned_quantity numeric(18, 4);
comment on table source.order_line is
'Lines of an order: what was ordered, and (is_return, with negative quantity and amount) what came back.';
comment on column source.order_line.returns_line_no is 'The line that a return takes back.';
comment on column source.order_line.shipped_quantity is 'How much of an ordered line was sent, as its events tell.';
comment on column source.order_line.returned_quantity is 'How much of an ordered line came back.';

alter table source.order_event
add column document_no text collate "C" not null default '',
add column line_no text collate "C" not null default '',
add column quantity numeric(18, 4),
add column carrier text,
drop constraint order_event_pkey,
add primary key (source_key, event_code, event_at, document_no, line_no);
comment on table source.order_event is
'What happened to an order or (line_no) to one of its lines: placed, approved, rejected, paid, shipped, delivered, completed,'
' returned, refunded, cancelled.';
comment on column source.order_event.document_no is 'The shipment, return or refund that it belongs to; empty: none.';
comment on column source.order_event.quantity is 'How much of the line; null: all of it, or not told.';
