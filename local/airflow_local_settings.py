"""Airflow loads this in each of its processes."""

import uvicorn

# The scheduler loads these modules once, before it forks a process for each task.
import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401

_run = uvicorn.run


def _run_on_this_machine(app, *, host="", **options):
    """The scheduler's log server asks for all interfaces of the machine, and no setting of Airflow says otherwise."""
    return _run(app, host=host or "127.0.0.1", **options)


uvicorn.run = _run_on_this_machine


def loopback() -> str:
    """The name under which the web server asks the log server for the lines of a task that runs."""
    return "127.0.0.1"
