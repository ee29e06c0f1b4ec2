"""Backups that count only when restored: sealed dump, key backup apart, manifest last, drill."""
