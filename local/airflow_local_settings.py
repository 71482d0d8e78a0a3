"""Airflow loads this in each of its processes: what a task needs is loaded before the scheduler forks a process for it."""

import airflow.providers.cncf.kubernetes.operators.pod  # noqa: F401
