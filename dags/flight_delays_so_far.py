"""
### The anomalous days of this year's flights, as far as they are published

The publisher brings out a month about two months after its end. The run of the 25th of a month waits for the month before the
last one (that of 25 April for February), takes the months of its year up to it, and replaces what was made of fewer. What is
made of a part of a year says so, until the run of `flight_delays` makes it of the whole year.

* **A month that is not published yet** waits in `acquire` (`up_for_reschedule`) and is looked for once a day.
* **A year by hand**: *Trigger*, and type the year. It takes what is published, and waits for January only.
* All else is as in `flight_delays`.
"""

# Not used here: the DAG processor loads once what this file names, and then reads it in milliseconds instead of seconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.sdk import DAG, CronTriggerTimetable
from pipeline import dag_options, pipeline
from pods import SETTINGS
from published import YEAR_SO_FAR

# 70 days before the 25th of any month lie in the month before the last one.
NEWEST = "(dag_run.run_after - macros.timedelta(days=70))"
YEAR = f"{{{{ params.year or {NEWEST}.year }}}}"
MONTH = f"{{{{ 1 if dag_run.run_type == 'manual' else {NEWEST}.month }}}}"

with DAG(
    "flight_delays_so_far",
    description="Anomalous days of the months of this year that are published so far",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 25 * *", timezone="UTC"),
    catchup=False,
    # One that waits, and one beside it; each with one pod at a time.
    max_active_runs=SETTINGS["so_far_runs_at_once"],
    max_active_tasks=1,
    **dag_options(
        YEAR,
        year_description="The year of the flights; empty: the one of the newest month.",
    ),
):
    pipeline(YEAR, outlet=YEAR_SO_FAR, through=MONTH)
