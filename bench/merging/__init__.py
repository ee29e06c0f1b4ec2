"""The cost of merging: golden records of a hub beside a bare COPY of the rows that it writes."""
