"""Prints what Airflow makes of the DAGs in a folder as one line of JSON. To use the network on the way is an error."""

import json
import socket
import sys
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace

folder = sys.argv[1]
sys.path.insert(0, folder)


def refuse(*_, **__):
    raise AssertionError("the DAGs use the network when they are read")


socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse

from airflow.dag_processing.dagbag import DagBag  # noqa: E402
from airflow.serialization.serialized_objects import DagSerialization  # noqa: E402
from jinja2 import Environment  # noqa: E402
from kubernetes.client import ApiClient  # noqa: E402

bag = DagBag(folder, include_examples=False)
if bag.import_errors:
    print(json.dumps({"import_errors": bag.import_errors}))
    sys.exit()

# Only now: a pod's manifest says which cluster it is for.
Path(folder, "kubeconfig.yaml").write_text(
    json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "c",
            "contexts": [{"name": "c", "context": {"cluster": "c", "user": "u"}}],
            "clusters": [{"name": "c", "cluster": {"server": "https://127.0.0.1:1"}}],
            "users": [{"name": "u", "user": {"token": "t"}}],
        }
    )
)


def manifest(task):
    task.random_name_suffix = False
    return ApiClient().sanitize_for_serialization(task.build_pod_request_obj())


def operators(task):
    if not task.is_mapped:
        return [task]
    return [task.unmap({"arguments": arguments}) for arguments in task.expand_input.value["arguments"]]


def describe_task(task):
    operator = operators(task)[0]
    return {
        "downstream": sorted(task.downstream_task_ids),
        "has docs": bool(operator.doc_md),
        "owner": operator.owner,
        "outlets": [[asset.name, asset.uri] for asset in operator.outlets],
        "retries": operator.retries,
        "retry delay": str(operator.retry_delay),
        "longest retry delay": str(operator.max_retry_delay),
        "time-out": str(operator.execution_timeout),
        "start time-out": operator.startup_timeout_seconds,
        "at once over all runs": operator.max_active_tis_per_dag,
        "service account": operator.pod_template_dict["spec"]["serviceAccountName"],
        "commands": [each.arguments for each in operators(task)],
    }


def describe_dag(dag):
    stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    return {
        "schedule": stored.timetable.summary,
        "catchup": stored.catchup,
        "paused at first": stored.is_paused_upon_creation,
        "runs at once": stored.max_active_runs,
        "tasks of a run at once": stored.max_active_tasks,
        "end": stored.end_date,
        "has docs": bool(stored.doc_md),
        "params": {name: stored.params.get_param(name).dump() for name in stored.params},
        "tasks": {
            task.task_id: describe_task(task) for task in dag.topological_sort() if task.task_id != "first_year"
        },
    }


def first_years(dag):
    stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))
    first = stored.next_dagrun_info(last_automated_run_info=None)
    second = stored.next_dagrun_info(last_automated_run_info=first)
    return [str(run.data_interval.start) for run in (first, second)]


def months_so_far(dag):
    """The month that the run of each 25th of a month waits for, over two years, one of them a leap year."""
    _, _, year, *_, month = dag.task_dict["acquire"].arguments
    template = Environment().from_string(f"{year}-{month}")
    macros = SimpleNamespace(timedelta=timedelta)
    runs = [datetime(year, month, 25, 6, tzinfo=timezone.utc) for year in (2027, 2028) for month in range(1, 13)]
    return {
        f"{run:%Y-%m}": template.render(
            params={"year": None}, macros=macros, dag_run=SimpleNamespace(run_after=run, run_type="scheduled")
        )
        for run in runs
    }


print(
    json.dumps(
        {
            "dags": {name: describe_dag(dag) for name, dag in sorted(bag.dags.items())},
            "first years": first_years(bag.dags["flight_delays"]),
            "months so far": months_so_far(bag.dags["flight_delays_so_far"]),
            "pod": manifest(operators(bag.dags["flight_delays"].task_dict["detect"])[0]),
        }
    )
)
