-- Wait until nobody is writing changes: then every number up to the newest is either there or never will be.
-- params: none
lock table publish.change in share mode
