"""Backups on a real PostgreSQL and a real S3 server; the whole folder runs on any store."""
