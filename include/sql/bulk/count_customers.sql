-- How many customers the master has.
-- params: none
select count(*) as customer_count from master.customer
