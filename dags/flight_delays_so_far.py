"""
### The anomalous days of the months of this year that are published so far

BTS publishes a month about two months after its end. The run of the 25th of a month waits for the month before the last one:
the run of 25 April waits for February. It then takes the months of the year up to that one and replaces the earlier results.
Results of a part of a year are marked as provisional until the run of `flight_delays` replaces them by those of the whole year.

* **A month that is not published yet** waits in `acquire` (`up_for_reschedule`), which looks for it once a day.
* **Run it by hand**: press *Trigger* and type the year. The run takes all published months and waits only for January.
* Everything else is as in `flight_delays`.
"""

# This file does not use the import. It makes the DAG processor load the module once, and then parse DAGs in milliseconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.sdk import DAG, CronTriggerTimetable
from pipeline import dag_options, pipeline
from pods import SETTINGS
from published import YEAR_SO_FAR

# 70 days before the 25th of any month lie in the month before the last one.
NEWEST = "(dag_run.run_after - macros.timedelta(days=70))"
YEAR = f"{{{{ params.year if params.year and dag_run.run_type == 'manual' else {NEWEST}.year }}}}"
MONTH = f"{{{{ 1 if dag_run.run_type == 'manual' else {NEWEST}.month }}}}"

with DAG(
    "flight_delays_so_far",
    description="Anomalous days of the months of this year that are published so far",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 25 * *", timezone="UTC"),
    catchup=False,
    # One run can wait for a month while another one works, each with one pod at a time.
    max_active_runs=SETTINGS["so_far_runs_at_once"],
    max_active_tasks=1,
    **dag_options(
        YEAR,
        year_description="The year of the flights, for a run by hand. If it is empty, the run takes the year of the newest "
        "month. A backfill ignores it and takes the year of each run.",
    ),
):
    pipeline(YEAR, outlet=YEAR_SO_FAR, through=MONTH)
