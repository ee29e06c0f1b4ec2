"""Make one golden record of each cluster, with the record that gave each of its cells."""
