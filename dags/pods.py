"""A step of the pipeline as an Airflow task: a pod that runs one command of the task image."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

FOLDER = Path(__file__).parent
#: The settings that the infrastructure writes beside this file. docs/operations.md explains each of them.
SETTINGS: dict[str, Any] = json.loads((FOLDER / "settings.json").read_text())

#: Wrong usage, bad input and wrong settings. Another try would fail in the same way.
FINAL_EXIT_CODES = (64, 65, 78)
YEAR_MISSING_EXIT_CODE = 75
#: Identities of their own for tasks that reach what the others do not.
SERVICE_ACCOUNTS = {"acquire": "acquire", "tell": "tell"}
#: The first task of every run.
FIRST_TASK = "migrate"
#: The user and group of the image.
USER = 10001


class PipelinePod(KubernetesPodOperator):
    """
    A KubernetesPodOperator that knows the pipeline's exit codes and succeeds only if its pod did.

    A pod that has ended stays for a while, for ``kubectl logs``. A pod that still runs when the task ends is deleted.
    """

    def execute(self, context):
        if self.task_id == FIRST_TASK:
            refuse_unknown_parameters(context)
        self.keep_to_the_image_of_the_run(context["ti"])
        #: The last lines of the pod's log, for notices.
        self.last_lines = deque(maxlen=2)
        self.log_formatter = self.hear
        super().execute(context)
        # When the operator is told to stop, it deletes the pod and returns as if all were well (apache/airflow#71202).
        phase = self.remote_pod.status.phase if self.remote_pod else "Missing"
        if phase != "Succeeded":
            raise AirflowException(f"the pod is {phase} instead of Succeeded: this task was stopped, or its pod was")

    def keep_to_the_image_of_the_run(self, ti):
        """Use the image of the run's first task for all its tasks, even if another image is deployed meanwhile."""
        if self.task_id == FIRST_TASK:
            ti.xcom_push(key="image", value=self.image)
            return
        first = ti.xcom_pull(task_ids=FIRST_TASK, key="image") or self.image
        if first != self.image:
            self.log.warning("This run keeps to the image of its first task. For %s clear %s.", self.image, FIRST_TASK)
            self.image = first

    def hear(self, container: str, line: str) -> str:
        self.last_lines.append(line)
        return line

    def cleanup(self, pod, remote_pod, xcom_result=None, context=None):
        try:
            super().cleanup(pod, remote_pod, xcom_result, context)
        except AirflowException as failure:
            code = exit_code(remote_pod)
            if code in FINAL_EXIT_CODES:
                raise AirflowFailException(f"{failure}\nExit code {code}: another try would fail in the same way.") from None
            if code == YEAR_MISSING_EXIT_CODE:
                self.wait_for_the_year(failure, context["ti"].get_first_reschedule_date(context))
            raise

    def wait_for_the_year(self, failure: AirflowException, since: datetime | None):
        """Release the worker and look again tomorrow, as a sensor does. After some months, fail."""
        now = datetime.now(timezone.utc)
        again = now + timedelta(hours=SETTINGS["missing_year"]["again_hours"])
        until = (since or now) + timedelta(days=SETTINGS["missing_year"]["give_up_days"])
        if again > until:
            raise AirflowFailException(f"{failure}\nThe year has not been published since {since or now:%d %B %Y}.") from None
        dates = f"Next look: {again:%d %B %Y %H:%M} UTC; last: {until:%d %B %Y}."
        self.log.warning("The year is not there yet. %s", dates)
        raise AirflowRescheduleException(again) from None


def refuse_unknown_parameters(context) -> None:
    """Airflow accepts any parameter (apache/airflow#29018), so a run with a misspelt `year` would take another year."""
    known = context["dag"].params
    unknown = [name for name in context["dag_run"].conf or {} if name not in known]
    if unknown:
        names = f"no parameter {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        raise AirflowFailException(f"{context['dag'].dag_id} has {names}. Start another run.")


def exit_code(pod) -> int | None:
    """The exit code of the pod's container; None if the container did not end by itself."""
    for container in pod.status.container_statuses or []:
        if container.state and container.state.terminated:
            return container.state.terminated.exit_code
    return None


def pod(command: str, *, year: str, arguments: Sequence[str] = (), operator: type[PipelinePod] = PipelinePod, **options):
    """A task that runs a command for a year in a pod."""
    return operator(arguments=[command, "--year", year, *arguments], **pod_options(command, year), **options)


def pods(command: str, *, year: str, arguments_of_each: Sequence[Sequence[str]], **options):
    """A task that runs a command for a year in several pods, each with arguments of its own."""
    return PipelinePod.partial(**pod_options(command, year), **options).expand(
        arguments=[[command, "--year", year, *arguments] for arguments in arguments_of_each]
    )


def pod_options(command: str, year: str) -> dict[str, Any]:
    size = SETTINGS["tasks"][command]
    retry = SETTINGS["retry"]
    start = timedelta(minutes=SETTINGS["start_minutes"])
    work = timedelta(minutes=size["minutes"])
    return {
        "task_id": command,
        "name": command,
        "namespace": SETTINGS["namespace"],
        "image": SETTINGS["image"],
        "labels": {"app.kubernetes.io/name": "delaywatch", "delaywatch/task": command, "delaywatch/year": year},
        "pod_template_dict": pod_template(command, work),
        "kubernetes_conn_id": None,
        "in_cluster": False,
        "config_file": str(FOLDER / SETTINGS["kubeconfig"]),
        "cluster_context": SETTINGS["context"],
        "startup_timeout_seconds": int(start.total_seconds()),
        "startup_check_interval_seconds": 1,
        # The pod's own deadline ends it in the cluster before Airflow gives up on it.
        "execution_timeout": start + work + timedelta(minutes=5),
        "on_finish_action": "delete_active_pod",
        "termination_message_policy": "FallbackToLogsOnError",
        "log_events_on_failure": True,
        # Otherwise the log of a failed task holds the whole specification of the pod.
        "log_pod_spec_on_failure": False,
        "do_xcom_push": False,
        "retries": retry["times"],
        "retry_delay": timedelta(minutes=retry["first_minutes"]),
        "max_retry_delay": timedelta(minutes=retry["longest_minutes"]),
        "retry_exponential_backoff": 2.0,
        "max_active_tis_per_dag": size["at_once"],
        # A year that is nearly done goes first.
        "weight_rule": "upstream",
    }


def pod_template(command: str, deadline: timedelta) -> dict[str, Any]:
    size = SETTINGS["tasks"][command]
    resources = {"cpu": size["cpu"], "memory": size["memory"]}
    return {
        # Karpenter does not remove the node while the pod runs.
        "metadata": {"annotations": {"karpenter.sh/do-not-disrupt": "true"}},
        "spec": {
            "serviceAccountName": SERVICE_ACCOUNTS.get(command, "pipeline"),
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "activeDeadlineSeconds": int(deadline.total_seconds()),
            "nodeSelector": SETTINGS["node_selector"],
            "securityContext": {
                "runAsNonRoot": True,
                "runAsUser": USER,
                "runAsGroup": USER,
                "fsGroup": USER,
                "seccompProfile": {"type": "RuntimeDefault"},
            },
            "containers": [
                {
                    "name": "base",
                    "imagePullPolicy": "IfNotPresent",
                    "envFrom": [{"configMapRef": {"name": SETTINGS["config_map"]}}],
                    "resources": {"requests": resources, "limits": resources},
                    "securityContext": {
                        "allowPrivilegeEscalation": False,
                        "capabilities": {"drop": ["ALL"]},
                        "readOnlyRootFilesystem": True,
                    },
                    "volumeMounts": [{"name": "scratch", "mountPath": "/tmp"}],
                }
            ],
            "volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}}],
        },
    }
