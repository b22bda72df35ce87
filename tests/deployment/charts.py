"""Rendering the chart without a cluster."""

from functools import partial
from pathlib import Path
from typing import Any

import helm_python
import yaml

ROOT = Path(__file__).resolve().parents[2]
CHART = ROOT / "helm"
EXAMPLES = ("two-networks", "one-cluster")
# The oldest and the newest Kubernetes that the chart says it runs on.
VERSIONS = ("1.30", "1.37")

Manifest = dict[str, Any]


def values_of(example: str) -> dict[str, Any]:
    """read the values of an example."""
    found: dict[str, Any] = yaml.safe_load((CHART / "examples" / f"{example}.yaml").read_text("utf-8"))
    return found


def render(values: dict[str, Any]) -> dict[str, str]:
    """render every template as an installation would."""
    chart = helm_python.Chart.load(str(CHART))
    chart.validate_schema(values)
    texts: dict[str, str] = chart.render(values, name="mado", namespace="madoguchi", revision=1)
    return texts


def manifests(values: dict[str, Any]) -> list[Manifest]:
    """render and read every object."""
    return [each for text in render(values).values() for each in yaml.safe_load_all(text) if each]


def of_kind(found: list[Manifest], kind: str) -> dict[str, Manifest]:
    """choose the objects of one kind, by the name behind the release's."""
    return {each["metadata"]["name"].removeprefix("mado-"): each for each in found if each["kind"] == kind}


def pods(found: list[Manifest]) -> dict[str, Manifest]:
    """choose the pod templates of all processes, by component."""
    owners = [*of_kind(found, "Deployment").values(), *of_kind(found, "Job").values()]
    jobs = [each["spec"]["jobTemplate"] for each in of_kind(found, "CronJob").values()]
    templates = [owner["spec"]["template"] for owner in (*owners, *jobs)]
    return {each["metadata"]["labels"]["app.kubernetes.io/component"]: each for each in templates}


def environment(pod: Manifest) -> dict[str, str]:
    """read the plain variables of a pod, and the key of the Secret for the others."""
    return {
        each["name"]: each.get("value", "")
        or each.get("valueFrom", {}).get("secretKeyRef", {}).get("key", "")
        for each in pod["spec"]["containers"][0]["env"]
    }


def selects(selector: Manifest, labels: dict[str, str]) -> bool:
    """tell whether a selector means an object with these labels."""
    wanted = selector.get("matchLabels", {})
    return all(labels.get(key) == value for key, value in wanted.items()) and all(
        labels.get(each["key"]) in each["values"] for each in selector.get("matchExpressions", ())
    )


def policies_for(found: list[Manifest], labels: dict[str, str], direction: str) -> list[Manifest]:
    """list the policies that hold for a pod in one direction."""
    return [
        policy["spec"]
        for policy in of_kind(found, "NetworkPolicy").values()
        if direction in policy["spec"]["policyTypes"] and selects(policy["spec"]["podSelector"], labels)
    ]


def lets_in(policy: Manifest, *, pod: dict[str, str] | None, namespace: dict[str, str]) -> bool:
    """tell whether a policy lets somebody in: a pod of ours, or anybody of another namespace."""
    return any(
        _is(peer, pod=pod, namespace=namespace) for rule in policy.get("ingress", ()) for peer in rule["from"]
    )


def _is(peer: Manifest, *, pod: dict[str, str] | None, namespace: dict[str, str]) -> bool:
    if "ipBlock" in peer:
        return False
    if "namespaceSelector" in peer:
        means = partial(selects, peer["namespaceSelector"])
        return means(namespace) and selects(peer.get("podSelector", {}), pod or {})
    return pod is not None and selects(peer["podSelector"], pod)
