-- What the steward's page searches by: parts of short names and of pinyin, like names, and the report of a window.
create index customer_short_name_trigram on master.customer using gin (short_name gin_trgm_ops);
create index customer_pinyin_trigram on master.customer using gin (replace(name_pinyin, ' ', '') gin_trgm_ops);
create index run_receipt_by_window on hub.run_receipt (window_id, step);
create function steward.is_like_name(held text, words text) returns boolean
language sql stable parallel safe
return held % words;
comment on function steward.is_like_name is
'Whether a name has enough trigrams in common with the words; inlined, so that the trigram index serves it.';
