"""Bulk by hand: import a filled template, and export customers or orders by a saved request.

`import_file` takes the name of a file in the folder `imports` of the upload folder. With `dry_run` it
says what the file would do and writes nothing to the hub; else the file lands through the manual
channel and its gate, whole or not at all. `<file>.errors.csv` beside it names the rows that break
rules. `export_customers` takes the name of a request in `include/exports`, and of customers a moment.

Params are file references and options, results ids and counts: never a person's data.

**Hands over** a closed window in `landing` to `build_master`; files with their manifest in `HUB_EXPORT_DIR`.

**If it fails**: see docs/runbooks/import.md and docs/runbooks/export.md. A large import fails until a
second person has approved it.

**Safe to run again**: yes; the same file twice is nothing, and each run of an export has its folder.
"""

from typing import Any

from airflow.sdk import DAG, Param, get_current_context, task

from customer_hub.flows import bulk
from customer_hub.flows.defaults import Tag, default_args, landing_asset


def make_bulk_dag(name: str, title: str, params: dict[str, Any]) -> DAG:
    """Return a DAG that runs only when a person starts it."""
    return DAG(
        name,
        dag_display_name=title,
        schedule=None,
        catchup=False,
        max_active_runs=1,
        default_args=default_args(minutes=120),
        params=params,
        tags={Tag.HUB, Tag.BULK},
        doc_md=__doc__,
    )


_FILE = {
    "file": Param(type="string", minLength=1, description="a name in imports/"),
    "dry_run": Param(True, type="boolean", description="write nothing"),
}
with make_bulk_dag("import_file", "Import a file of customers", _FILE):

    @task.run_if(lambda context: context["params"]["dry_run"])
    @task
    def check() -> dict[str, object]:
        """Say what the file would do."""
        context = get_current_context()
        run = context["dag_run"]
        return bulk.check_import(context["params"]["file"], run.triggering_user_name, run.run_id)

    @task.skip_if(lambda context: context["params"]["dry_run"])
    @task(outlets=[landing_asset("manual")])
    def apply() -> dict[str, object]:
        """Land the file."""
        context = get_current_context()
        run = context["dag_run"]
        return bulk.apply_import(context["params"]["file"], run.triggering_user_name, run.run_id)

    check(), apply()

_REQUEST = {
    "request": Param(type="string", minLength=1, description="a name in include/exports"),
    "as_of": Param(None, type=["null", "string"], format="date-time", description="else now"),
}
with make_bulk_dag("export_customers", "Export customers or orders", _REQUEST):

    @task
    def export() -> dict[str, object]:
        """Write the files and their manifest."""
        context = get_current_context()
        run, params = context["dag_run"], context["params"]
        return bulk.export_customers(
            params["request"], params["as_of"], run.triggering_user_name, run.run_id
        )

    export()
