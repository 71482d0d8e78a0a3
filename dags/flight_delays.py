"""
### The anomalous days of a year of flights

One run takes one year of flights: the run of 3 January 2019 takes 2018. Each task is a pod that runs one command of the
task image. Pods share data only through files in the bucket and rows in the database.

`migrate` → `acquire` → `detect` → `load` and `render` → `publish` → `tell`

* **Run one year**: press *Trigger* and type the year. If you leave it empty, the run takes the last complete year.
* **Run many years**: *Trigger* → *Backfill*. `tasks.*.at_once` limits how many pods of a task run at the same time, across
  all runs.
* **A year that is not published yet** waits in `acquire` (`up_for_reschedule`), which looks for it once a day.
* **Run a task again**: clear it. It runs again with all tasks that follow it, and each replaces its earlier results.
* **See the results**: `publish` of a finished run has, under *Details*, buttons that open the report and the dashboard.
* **Find a run by its year**: type a *Run ID* that contains the year when you trigger it.

The DAG `flight_delays_so_far` takes the months of a year that is not over yet.
`docs/operations.md` says what each exit code means and what to do about it.
"""

from datetime import datetime, timezone

# This file does not use the import. It makes the DAG processor load the module once, and then parse DAGs in milliseconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronDataIntervalTimetable
from pipeline import dag_options, pipeline
from pods import SETTINGS
from published import YEAR as PUBLISHED_YEAR

FIRST = datetime(SETTINGS["first_year"], 1, 1, tzinfo=timezone.utc)

# A run by hand takes the year that was typed. If none was typed and the run has no interval, it takes the year before the last
# 3 January, on which the intervals of the schedule end.
YEAR = (
    "{% if params.year and dag_run.run_type == 'manual' %}{{ params.year }}"
    "{% elif data_interval_start is defined %}{{ data_interval_start.year }}"
    "{% else %}{{ (dag_run.run_after - macros.timedelta(days=2, hours=6)).year - 1 }}{% endif %}"
)

with DAG(
    "flight_delays",
    description="Anomalous days of a year of US flights: tables, charts, a report",
    doc_md=__doc__,
    schedule=CronDataIntervalTimetable("0 6 3 1 *", timezone="UTC"),
    start_date=FIRST,
    catchup=True,
    max_active_runs=SETTINGS["runs_at_once"],
    **dag_options(
        YEAR,
        year_description="The year of the flights, for a run by hand. If it is empty, the run takes the last complete year. "
        "A backfill ignores it and takes the year of each run.",
    ),
) as dag:
    pipeline(YEAR, outlet=PUBLISHED_YEAR)
    first_year = EmptyOperator(
        task_id="first_year",
        start_date=FIRST,
        doc_md="Does nothing. Its start date tells Airflow with which year the schedule begins.",
    )

# Airflow leaves a task out of a run by hand whose logical date lies before the task's start, and calls a run without tasks
# a success. So no task of the pipeline has a start.
dag.start_date = None
for task in dag.tasks:
    if task is not first_year:
        task.start_date = None
