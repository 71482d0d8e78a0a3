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
#: What the infrastructure writes beside this file; docs/operations.md tells what each setting means.
SETTINGS: dict[str, Any] = json.loads((FOLDER / "settings.json").read_text())

#: Wrong usage, bad input, wrong settings: the next try would end the same.
FINAL_EXIT_CODES = (64, 65, 78)
YEAR_MISSING_EXIT_CODE = 75
#: Every run begins with it.
FIRST_TASK = "migrate"
#: The user and group of the image.
USER = 10001


class PipelinePod(KubernetesPodOperator):
    """
    KubernetesPodOperator that knows the pipeline's exit codes, and takes only a pod that succeeded for a success.

    A pod that has ended stays for a while, for ``kubectl logs``; one that has not is deleted.
    """

    def execute(self, context):
        if self.task_id == FIRST_TASK:
            refuse_unknown_parameters(context)
        self.keep_to_the_image_of_the_run(context["ti"])
        #: What the pod said at last, for notices.
        self.last_lines = deque(maxlen=2)
        self.log_formatter = self.hear
        super().execute(context)
        # Told to stop, the operator deletes the pod and returns as if all were well.
        phase = self.remote_pod.status.phase if self.remote_pod else "Missing"
        if phase != "Succeeded":
            raise AirflowException(f"the pod is {phase} instead of Succeeded: this task was stopped, or its pod was")

    def keep_to_the_image_of_the_run(self, ti):
        """One run, one image: that of its first task, whatever is deployed before the others begin."""
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
                raise AirflowFailException(f"{failure}\nExit code {code}: trying again would end the same.") from None
            if code == YEAR_MISSING_EXIT_CODE:
                self.wait_for_the_year(failure, context["ti"].get_first_reschedule_date(context))
            raise

    def wait_for_the_year(self, failure: AirflowException, since: datetime | None):
        """Let go of the worker and look again tomorrow, as a sensor does; at last a failure, never a success."""
        now = datetime.now(timezone.utc)
        again = now + timedelta(hours=SETTINGS["missing_year"]["again_hours"])
        until = (since or now) + timedelta(days=SETTINGS["missing_year"]["give_up_days"])
        if again > until:
            raise AirflowFailException(f"{failure}\nThe year did not come since {since or now:%d %B %Y}.") from None
        dates = f"Next look: {again:%d %B %Y %H:%M} UTC; last: {until:%d %B %Y}."
        self.log.warning("The year is not there yet. %s", dates)
        raise AirflowRescheduleException(again) from None


def refuse_unknown_parameters(context) -> None:
    """Airflow lets any parameter through, and a run by hand with a misspelt year would be one of another year."""
    known = context["dag"].params
    unknown = [name for name in context["dag_run"].conf or {} if name not in known]
    if unknown:
        names = f"no parameter {', '.join(unknown)}; there are {', '.join(sorted(known))}"
        raise AirflowFailException(f"{context['dag'].dag_id} has {names}. Start another run.")


def exit_code(pod) -> int | None:
    """Of the pod's container; None when it did not come to an end of its own."""
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
        # The cluster ends a pod by its own deadline, before Airflow gives up on it.
        "execution_timeout": start + work + timedelta(minutes=5),
        "on_finish_action": "delete_active_pod",
        "termination_message_policy": "FallbackToLogsOnError",
        "log_events_on_failure": True,
        # Else the whole pod is in the log.
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
        # The node is not taken away under a pod that works.
        "metadata": {"annotations": {"karpenter.sh/do-not-disrupt": "true"}},
        "spec": {
            "serviceAccountName": "acquire" if command == "acquire" else "pipeline",
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
