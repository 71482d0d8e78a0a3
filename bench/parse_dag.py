"""Prints as JSON how long it takes to import Airflow, then its operator for pods, then to read our DAG; in seconds."""

import json
import sys
import time

folder = sys.argv[1]
sys.path.insert(0, folder)
sys.dont_write_bytecode = True

start = time.perf_counter()
from airflow.dag_processing.dagbag import DagBag  # noqa: E402

after_airflow = time.perf_counter()
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: E402, F401

after_operator = time.perf_counter()
bag = DagBag(folder, include_examples=False)
end = time.perf_counter()
assert not bag.import_errors and "flight_delays" in bag.dags, bag.import_errors
print(
    json.dumps({"airflow": after_airflow - start, "operator": after_operator - after_airflow, "dag": end - after_operator})
)
