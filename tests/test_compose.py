"""docker-compose.yml held against the local stack: the same settings, no default secret."""

import re
import shlex
from pathlib import Path

import pytest
import yaml

PROJECT = Path(__file__).resolve().parents[1]
# What differs by nature: folders, ports and process counts of one machine.
LOCAL_ONLY = re.compile(
    r"AIRFLOW__(SCHEDULER|TRIGGERER|DAG_PROCESSOR|LOGGING)__|AIRFLOW__API__(HOST|PORT|WORKERS)$"
    r"|AIRFLOW__CORE__(DAGS_FOLDER|PLUGINS_FOLDER)$"
)
SAME_VALUE = (
    "AIRFLOW__CORE__AUTH_MANAGER",
    "AIRFLOW__CORE__EXECUTOR",
    "AIRFLOW__CORE__PARALLELISM",
    "AIRFLOW__CORE__LOAD_EXAMPLES",
    "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION",
    "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED",
    "GX_ANALYTICS_ENABLED",
    "HUB_S3_BUCKET",
)


@pytest.fixture(scope="module")
def compose() -> dict:
    content = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
    assert isinstance(content, dict)
    return content


@pytest.fixture(scope="module")
def local_environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    from local.stack.layout import Layout
    from local.stack.lifecycle import Stack
    from local.stack.secrets import make_private_directory

    layout = Layout(make_private_directory(tmp_path_factory.mktemp("stack") / "local"))
    layout.ports.choose(frozenset())
    return Stack(layout).environment()


def test_the_settings_are_those_of_the_local_stack(
    compose: dict, local_environment: dict[str, str]
) -> None:
    wanted = {
        name
        for name in local_environment
        if name.startswith(("AIRFLOW__", "AIRFLOW_CONN_", "HUB_")) and not LOCAL_ONLY.match(name)
    }
    assert "HUB_DATABASE_URL" in wanted
    found = set(compose["x-hub"]["environment"])
    assert wanted - found == set()
    for name in SAME_VALUE:
        said = str(compose["x-hub"]["environment"][name])
        assert re.sub(r"^\$\{\w+:-(.*)\}$", r"\1", said) == local_environment[name], name


def test_each_secret_must_be_given(compose: dict) -> None:
    text = (PROJECT / "docker-compose.yml").read_text()
    secrets = re.findall(r"\$\{(\w*(?:PASSWORD|SECRET|KEK|KEY)\w*)(:[?-])?", text)
    assert len(secrets) > 8
    assert [name for name, rule in secrets if rule != ":?"] == []
    example = (PROJECT / "env.example").read_text()
    for name in set(re.findall(r"\$\{(\w+)", text)):
        assert f"{name}=" in example, name


def test_services_are_watched_and_wait_for_the_migration(compose: dict) -> None:
    services = compose["services"]
    assert {"postgres", "seaweed", "migrate", "api-server", "scheduler"} <= set(services)
    for name, service in services.items():
        if name != "migrate":
            assert "healthcheck" in service, name
            assert service.get("restart") == "unless-stopped", name
    for name in ("api-server", "scheduler", "dag-processor", "triggerer"):
        assert services[name]["depends_on"]["migrate"]["condition"] == (
            "service_completed_successfully"
        )
    assert services["migrate"]["restart"] == "no"


def test_the_migration_makes_the_stewards_role_and_uses_what_the_image_has(compose: dict) -> None:
    from local.stack.airflow_preparation import STEWARD_PERMISSIONS, STEWARD_ROLE

    lines = list(map(shlex.split, compose["services"]["migrate"]["command"][-1].splitlines()))
    assert {line[0] for line in lines} == {"airflow", "hub"}
    assert "/usr/local/bin/hub" in (PROJECT / "Dockerfile").read_text()
    given = set()
    for line in lines:
        if line[1:3] == ["roles", "add-perms"]:
            assert line[3] == STEWARD_ROLE
            actions, _, resources = " ".join(line[4:]).removeprefix("-a ").partition(" -r ")
            given |= {(actions, resource) for resource in resources.split()}
    assert given == set(STEWARD_PERMISSIONS)


def test_only_the_drill_may_create_databases() -> None:
    text = (PROJECT / "local" / "compose" / "create_databases.sh").read_text()
    rights = dict(re.findall(r"^make_database (\w+) \S+ (\w+)$", text, re.MULTILINE))
    assert rights == {"hub": "nocreatedb", "hub_drill": "createdb", "airflow": "nocreatedb"}
