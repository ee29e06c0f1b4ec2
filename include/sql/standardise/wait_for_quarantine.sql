-- Wait until every transaction that lets kept-back versions pass has ended; the caller ends its own at once.
-- params: none
lock table quarantine.record in exclusive mode
