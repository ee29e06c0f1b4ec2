#!/bin/bash
# Runs once in a fresh PostgreSQL container: each database belongs to a role that enters no other.
set -euo pipefail
make_database() {
    psql -v ON_ERROR_STOP=1 -U postgres -v name="$1" -v password="$2" -v options="$3" <<'SQL'
select format('create role %I login %s password %L', :'name', :'options', :'password') \gexec
select format('create database %I owner %I', :'name', :'name') \gexec
select format('revoke all on database %I from public', :'name') \gexec
SQL
}
make_database hub "$HUB_DATABASE_PASSWORD" nocreatedb
make_database hub_drill "$HUB_DRILL_PASSWORD" createdb
make_database airflow "$AIRFLOW_DATABASE_PASSWORD" nocreatedb
