# The hub's image: Airflow, the hub and the PostgreSQL client tools; runs as an ordinary user.
FROM python:3.11-slim-bookworm AS build
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_CACHE_DIR=1
WORKDIR /opt/hub
RUN python -m venv /opt/venv
COPY requirements.txt ./
RUN /opt/venv/bin/pip install --require-hashes -r requirements.txt

FROM python:3.11-slim-bookworm
# pg_dump must be as new as the server: PostgreSQL's own package archive has version 18.
RUN apt-get update \
    && apt-get install -y --no-install-recommends postgresql-common ca-certificates \
    && /usr/share/postgresql-common/pgdg/apt.postgresql.org.sh -y \
    && apt-get install -y --no-install-recommends postgresql-client-18 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 50000 hub \
    && install -d -o hub -g hub /opt/hub /var/lib/hub
COPY --from=build /opt/venv /opt/venv
WORKDIR /opt/hub
COPY --chown=hub:hub plugins plugins
COPY --chown=hub:hub dags dags
COPY --chown=hub:hub include include
COPY --chown=hub:hub expectations expectations
# The library is not installed but read from PYTHONPATH, as Airflow reads it: one copy.
RUN printf '#!/bin/sh\nexec /opt/venv/bin/python -m customer_hub.cli "$@"\n' > /usr/local/bin/hub \
    && chmod 0755 /usr/local/bin/hub
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONPATH=/opt/hub/plugins \
    AIRFLOW_HOME=/var/lib/hub/airflow \
    AIRFLOW__CORE__DAGS_FOLDER=/opt/hub/dags \
    AIRFLOW__CORE__PLUGINS_FOLDER=/opt/hub/plugins \
    HUB_HOME=/opt/hub \
    HUB_POSTGRES_BIN_DIR=/usr/lib/postgresql/18/bin
USER hub
CMD ["hub", "--help"]
