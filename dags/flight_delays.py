"""
### The anomalous days of a year of flights

One run is one year: the run of 3 January 2019 is the year 2018. Each task is a pod that runs one command of the task
image; the pods hand on nothing but files in the bucket and rows in the database.

`migrate` → `acquire` → `detect` → `load` and `render` → `publish`

* **A year by hand**: *Trigger*, and type the year. Without one it is the last complete year.
* **Many years**: *Trigger* → *Backfill*. How many pods run at once is limited over all runs.
* **A year that is not published yet** waits in `acquire` (`up_for_reschedule`) and is looked for once a day.
* **Again**: clear a task, and it runs again with all that follow it. Each replaces what it wrote before.

What each exit code means, and what to do: `docs/operations.md`.
"""

from datetime import datetime, timezone

# Not used here: the DAG processor loads once what this file names, and then reads it in milliseconds instead of seconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, CronDataIntervalTimetable, Param
from notices import failure_notices, success_notices
from pods import SETTINGS, pod, pods

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
    tags=["delaywatch"],
    schedule=CronDataIntervalTimetable("0 6 3 1 *", timezone="UTC"),
    start_date=FIRST,
    catchup=True,
    is_paused_upon_creation=True,
    max_active_runs=SETTINGS["runs_at_once"],
    default_args={"on_failure_callback": failure_notices(YEAR)},
    params={
        "year": Param(
            None,
            type=["null", "integer"],
            minimum=1987,
            maximum=2100,
            title="Year",
            description="The year of the flights, for a run by hand; empty: the last complete one. "
            "A backfill takes the year of each run instead.",
        ),
        "max_bad_rows": Param(
            0,
            type="integer",
            minimum=0,
            maximum=999_999_999,
            title="Bad rows",
            description="Unreadable rows that `detect` lets through; they are kept in `rejects/{year}.csv`.",
        ),
        "allow_partial": Param(
            False,
            type="boolean",
            title="Incomplete year",
            description="Take a year that looks incomplete: a month without flights, or with far too few.",
        ),
    },
) as dag:
    migrate = pod(
        "migrate",
        year=YEAR,
        doc_md="Creates or upgrades the tables in Postgres.",
    )
    acquire = pod(
        "acquire",
        year=YEAR,
        arguments=["--from", SETTINGS["source"]],
        doc_md="Brings the year's flights into the bucket, if they are not there. A year that is not published yet is "
        "looked for again each day, for months: then the task is *up for reschedule*, and its log says so.",
    )
    detect = pod(
        "detect",
        year=YEAR,
        arguments=["--max-bad-rows", "{{ params.max_bad_rows }}", "--allow-partial={{ params.allow_partial }}"],
        doc_md="Reads the flights and finds the anomalous days of each airport → `summaries/{year}.arrow`",
    )
    load = pod(
        "load",
        year=YEAR,
        doc_md="Replaces the year in Postgres by the summary.",
    )
    render = pods(
        "render",
        year=YEAR,
        arguments_of_each=[["--shard", f"{shard}/{SETTINGS['shards']}"] for shard in range(1, SETTINGS["shards"] + 1)],
        map_index_template="{{ task.arguments[-1] }}",
        doc_md="Draws a chart for each airport, in several pods → `plots/{year}/{airport}.png`",
    )
    publish = pod(
        "publish",
        year=YEAR,
        on_success_callback=success_notices(YEAR),
        doc_md="Checks that rows and charts of the year are all there and agree; writes `exports/{year}/` and `reports/{year}.html`. "
        "A run without this task's success is not a success.",
    )
    migrate >> acquire >> detect >> [load, render] >> publish

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
