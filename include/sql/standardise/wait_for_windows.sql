-- Wait until every transaction that is about to close a window has ended; the caller ends its own at once.
-- params: none
lock table hub.gathered_window in exclusive mode
