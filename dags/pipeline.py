"""The pipeline of a year, as all DAGs run it: each task is a pod that runs one command of the task image."""

from __future__ import annotations

from airflow.sdk import Asset, Param
from notices import failure_notices
from pods import SETTINGS, pod, pods
from published import PublishingPod


def dag_options(year: str, *, year_description: str) -> dict:
    """The arguments that all DAGs share. `year` is the template of the year of a run."""
    return {
        "tags": ["delaywatch"],
        "is_paused_upon_creation": True,
        "default_args": {"owner": "delaywatch", "on_failure_callback": failure_notices(year)},
        "params": {
            "year": Param(
                None,
                type=["null", "integer"],
                minimum=1987,
                maximum=2100,
                title="Year",
                description=year_description,
            ),
            "max_bad_rows": Param(
                0,
                type="integer",
                minimum=0,
                maximum=999_999_999,
                title="Bad rows",
                description="Accept up to this many unreadable rows. They are left out and kept in the bucket, in rejects/.",
            ),
            "allow_partial": Param(
                False,
                type="boolean",
                title="Incomplete year",
                description="Accept a year that looks incomplete: a month without flights, or with far too few.",
            ),
        },
    }


def pipeline(year: str, *, outlet: Asset, through: str | None = None) -> None:
    """
    The tasks of a run and their order, in the DAG at hand.

    :param year: the template of the run's year
    :param outlet: the asset that `publish` updates
    :param through: the template of the month up to which the year so far must be published; None for whole years
    """
    so_far = ["--so-far=yes"] if through else []
    migrate = pod(
        "migrate",
        year=year,
        doc_md="Creates or upgrades the tables in Postgres.",
    )
    acquire = pod(
        "acquire",
        year=year,
        arguments=["--from", SETTINGS["source"], *so_far, *(["--through", through] if through else [])],
        doc_md="Fetches the year's flights into the bucket if they are not there. If they are not published yet, the task is "
        "*up for reschedule* and looks for them once a day, for some months.",
    )
    detect = pod(
        "detect",
        year=year,
        arguments=[
            "--max-bad-rows",
            "{{ params.max_bad_rows }}",
            "--allow-partial={{ params.allow_partial }}",
            *so_far,
        ],
        doc_md="Reads the flights and finds the anomalous days of each airport → `summaries/{year}.arrow`",
    )
    load = pod(
        "load",
        year=year,
        doc_md="Replaces the rows of the year in Postgres by those of the summary.",
    )
    render = pods(
        "render",
        year=year,
        arguments_of_each=[["--shard", f"{shard}/{SETTINGS['shards']}"] for shard in range(1, SETTINGS["shards"] + 1)],
        map_index_template="{{ task.arguments[2] }}, {{ task.arguments[-1] }}",
        doc_md="Draws a chart for each airport, in several pods → `plots/{year}/{airport}.png`",
    )
    publish = pod(
        "publish",
        year=year,
        operator=PublishingPod,
        outlets=[outlet],
        doc_md="Checks that the rows and charts of the year are complete and agree; writes `exports/{year}/` and `reports/{year}.html`. "
        "A run succeeds only if this task does.",
    )
    tell = pod(
        "tell",
        year=year,
        doc_md="Tells which events are new, corrected or withdrawn since the last time, each once → `reports/feed.xml`, and the "
        "topic and the webhook of the settings.",
    )
    migrate >> acquire >> detect >> [load, render] >> publish >> tell
