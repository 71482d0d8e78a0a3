"""
### The anomalous days of a year of flights

One run is one year: the run of 3 January 2019 is the year 2018. Each task is a pod that runs one command of the task
image; the pods hand on nothing but files in the bucket and rows in the database.

`migrate` → `acquire` → `detect` → `load` and `render` → `publish`

* **A year by hand**: *Trigger*, and type the year. Without one it is the last complete year.
* **Many years**: *Trigger* → *Backfill*. How many pods run at once is limited over all runs.
* **A year that is not published yet** waits in `acquire` (`up_for_reschedule`) and is looked for once a day.
* **Again**: clear a task, and it runs again with all that follow it. Each replaces what it wrote before.
* **Results**: `publish` of a finished run has, under *Details*, buttons that open the report and the dashboard.
* **Its year**: type a *Run ID* with the year in it, and lists and grid tell it.

The months of a year that is not over yet: DAG `flight_delays_so_far`.
What each exit code means, and what to do: `docs/operations.md`.
"""

from datetime import datetime, timezone

# Not used here: the DAG processor loads once what this file names, and then reads it in milliseconds instead of seconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronDataIntervalTimetable
from pipeline import dag_options, pipeline
from pods import SETTINGS
from published import YEAR as PUBLISHED_YEAR

FIRST = datetime(SETTINGS["first_year"], 1, 1, tzinfo=timezone.utc)

# Of a run by hand the one that was typed. It may have no interval; the years end where the intervals do, on 3 January.
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
        year_description="The year of the flights, for a run by hand; empty: the last complete one. "
        "A backfill takes the year of each run instead.",
    ),
) as dag:
    pipeline(YEAR, outlet=PUBLISHED_YEAR)
    first_year = EmptyOperator(
        task_id="first_year",
        start_date=FIRST,
        doc_md="Does nothing; its start date says with which year the schedule begins.",
    )

# Airflow leaves a task out of a run by hand whose logical date lies before the task's start, and calls a run without tasks
# a success. So no task of the pipeline has a start.
dag.start_date = None
for task in dag.tasks:
    if task is not first_year:
        task.start_date = None
