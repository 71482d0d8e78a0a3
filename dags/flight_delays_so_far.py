"""
### The anomalous days of this year's flights, as far as they are published

On the 10th of each month a run takes the months of the year that are out and replaces what was made of fewer. The
publisher brings out a month about two months after its end: in January and February the year is the last one, from March
on this one. What is made of a part of a year says so, until the run of `flight_delays` makes it of the whole year.

* **Nothing of the year is published yet**: `acquire` waits (`up_for_reschedule`) and looks once a day.
* **A year by hand**: *Trigger*, and type the year.
* All else is as in `flight_delays`.
"""

# Not used here: the DAG processor loads once what this file names, and then reads it in milliseconds instead of seconds.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
from airflow.sdk import DAG, CronTriggerTimetable
from pipeline import dag_options, pipeline
from pods import SETTINGS
from published import YEAR_SO_FAR

# The newest month that may be out on the 10th ended two months before it, at least; 68 days before 10 March is 1 January.
YEAR = "{{ params.year or (dag_run.run_after - macros.timedelta(days=68)).year }}"

with DAG(
    "flight_delays_so_far",
    description="Anomalous days of the months of this year that are published so far",
    doc_md=__doc__,
    schedule=CronTriggerTimetable("0 6 10 * *", timezone="UTC"),
    catchup=False,
    # One that waits, and one beside it; each with one pod at a time.
    max_active_runs=SETTINGS["so_far_runs_at_once"],
    max_active_tasks=1,
    **dag_options(
        YEAR,
        year_description="The year of the flights; empty: the one whose newest month came out last.",
    ),
):
    pipeline(YEAR, outlet=YEAR_SO_FAR, so_far=True)
