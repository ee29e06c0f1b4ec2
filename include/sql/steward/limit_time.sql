-- End any statement of this transaction that takes longer than a reader would wait.
-- params: none
select set_config('statement_timeout', '5s', true) as statement_timeout
