"""Prints what Airflow makes of the DAG in a folder as one line of JSON. To use the network on the way is an error."""

import json
import socket
import sys
from pathlib import Path

folder = sys.argv[1]
sys.path.insert(0, folder)


def refuse(*_, **__):
    raise AssertionError("the DAG uses the network when it is read")


socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse

from airflow.dag_processing.dagbag import DagBag  # noqa: E402
from airflow.serialization.serialized_objects import DagSerialization  # noqa: E402
from kubernetes.client import ApiClient  # noqa: E402

bag = DagBag(folder, include_examples=False)
if bag.import_errors:
    print(json.dumps({"import_errors": bag.import_errors}))
    sys.exit()
dag = bag.dags["flight_delays"]
stored = DagSerialization.from_dict(DagSerialization.to_dict(dag))

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


first = stored.next_dagrun_info(last_automated_run_info=None)
second = stored.next_dagrun_info(last_automated_run_info=first)
tasks = {}
for task in dag.topological_sort():
    if task.task_id == "first_year":
        continue
    operator = operators(task)[0]
    tasks[task.task_id] = {
        "downstream": sorted(task.downstream_task_ids),
        "has docs": bool(operator.doc_md),
        "retries": operator.retries,
        "retry delay": str(operator.retry_delay),
        "longest retry delay": str(operator.max_retry_delay),
        "time-out": str(operator.execution_timeout),
        "start time-out": operator.startup_timeout_seconds,
        "at once over all runs": operator.max_active_tis_per_dag,
        "service account": operator.pod_template_dict["spec"]["serviceAccountName"],
        "commands": [each.arguments for each in operators(task)],
    }
print(
    json.dumps(
        {
            "dags": list(bag.dags),
            "schedule": stored.timetable.summary,
            "catchup": stored.catchup,
            "paused at first": stored.is_paused_upon_creation,
            "runs at once": stored.max_active_runs,
            "end": stored.end_date,
            "first years": [str(run.data_interval.start) for run in (first, second)],
            "has docs": bool(stored.doc_md),
            "params": {name: stored.params.get_param(name).dump() for name in stored.params},
            "tasks": tasks,
            "pod": manifest(operators(dag.task_dict["detect"])[0]),
        }
    )
)
