"""What an installation may switch on, and what is done once a day: mails that come back, scanners, copies."""

from copy import deepcopy
from typing import Any

import helm_python
import kubernetes_validate
import pytest

from tests.deployment import charts
from tests.deployment.charts import EXAMPLES, VERSIONS, environment, of_kind, pods

DAILY = {"expire-audit": "expireAudit", "verify-audit": "verifyAudit", "copy-keys": "copyKeys"}
MAIL_PORT = 2526


@pytest.fixture(params=EXAMPLES)
def values(request: pytest.FixtureRequest) -> dict[str, Any]:
    """The values of an example, to be changed."""
    return deepcopy(charts.values_of(request.param))


def test_without_being_asked_nobody_takes_mails_in_and_nobody_scans(values: dict[str, Any]) -> None:
    values.pop("bounces")
    values.pop("virusScanners", None)
    found = charts.manifests(values)
    for each in found:
        assert "bounces" not in each["metadata"]["name"]
        kubernetes_validate.validate(each, VERSIONS[0], strict=True)
    for pod in pods(found).values():
        assert not {"MADOGUCHI_BOUNCE_HOST", "MADOGUCHI_VIRUS_SCANNERS"} & set(environment(pod))
    assert "virus-scanners" not in of_kind(found, "NetworkPolicy")


def test_a_second_mail_server_is_named_and_reached(values: dict[str, Any]) -> None:
    values["smtp"] |= {"second": "smtp2.example.jp:2465", "spf": "include:_spf.example.jp"}
    found = charts.manifests(values)
    relay = pods(found)["relay"]
    told = environment(relay)
    assert told["MADOGUCHI_SMTP_SECOND"] == "smtp2.example.jp:2465"
    assert told["MADOGUCHI_MAIL_SPF"] == "include:_spf.example.jp"
    holding = charts.policies_for(found, relay["metadata"]["labels"], "Egress")
    rules = [rule for each in holding for rule in each.get("egress", ())]
    ports = {port["port"] for rule in rules for port in rule["ports"]}
    assert 2465 in ports
    wrong = deepcopy(values)
    wrong["smtp"]["second"] = "smtp2.example.jp"
    with pytest.raises(helm_python.HelmError):
        charts.manifests(wrong)
    without = charts.manifests(values | {"smtp": {**values["smtp"], "second": "", "spf": ""}})
    assert not {"MADOGUCHI_SMTP_SECOND", "MADOGUCHI_MAIL_SPF"} & set(environment(pods(without)["relay"]))


def test_only_the_mail_server_reaches_whoever_takes_mails_in(values: dict[str, Any]) -> None:
    found = charts.manifests(values)
    labels = pods(found)["bounces"]["metadata"]["labels"]
    (rule,) = [
        rule for each in charts.policies_for(found, labels, "Ingress") for rule in each.get("ingress", ())
    ]
    assert rule["from"] == values["bounces"]["from"]
    assert [port["port"] for port in rule["ports"]] == [MAIL_PORT]
    service = of_kind(found, "Service")["bounces"]["spec"]
    assert charts.selects({"matchLabels": service["selector"]}, labels)
    assert service["ports"][0]["targetPort"] == "mail"
    # From outside the cluster its own address must arrive: the policy judges by it.
    assert service.get("externalTrafficPolicy") == (None if service["type"] == "ClusterIP" else "Local")


def test_it_is_probed_at_its_door_and_every_mail_names_its_host(values: dict[str, Any]) -> None:
    found = charts.manifests(values)
    (container,) = pods(found)["bounces"]["spec"]["containers"]
    assert container["ports"] == [{"name": "mail", "containerPort": MAIL_PORT}]
    assert all(
        container[f"{kind}Probe"]["tcpSocket"] == {"port": "mail"}
        for kind in ("startup", "liveness", "readiness")
    )
    is_lmtp = values["bounces"].get("protocol") == "lmtp"
    assert container["args"] == ["bounces", *(["--lmtp"] if is_lmtp else [])]
    hosts = {environment(pod).get("MADOGUCHI_BOUNCE_HOST") for pod in pods(found).values()}
    assert hosts == {values["bounces"]["host"]}


def test_two_who_take_mails_in_are_never_both_drained() -> None:
    budgets = of_kind(charts.manifests(charts.values_of("two-networks")), "PodDisruptionBudget")
    assert budgets["bounces"]["spec"]["minAvailable"] == 1
    assert "bounces" not in of_kind(charts.manifests(charts.values_of("one-cluster")), "PodDisruptionBudget")


@pytest.mark.parametrize("name", sorted(DAILY))
def test_a_daily_job_runs_once_at_a_time_when_the_values_say(name: str, values: dict[str, Any]) -> None:
    values["daily"] = {DAILY[name]: {"schedule": "5 4 * * 1-5"}, "timeZone": "Etc/UTC"}
    job = of_kind(charts.manifests(values), "CronJob")[name]["spec"]
    assert (job["schedule"], job["timeZone"]) == ("5 4 * * 1-5", "Etc/UTC")
    assert job["concurrencyPolicy"] == "Forbid"
    assert job["jobTemplate"]["spec"]["activeDeadlineSeconds"] > 0
    assert job["jobTemplate"]["spec"]["template"]["spec"]["restartPolicy"] == "Never"


@pytest.mark.parametrize("name", sorted(DAILY))
def test_a_daily_job_can_be_left_to_somebody_else(name: str, values: dict[str, Any]) -> None:
    values["daily"] = {DAILY[name]: {"enabled": False}}
    found = charts.manifests(values)
    assert set(of_kind(found, "CronJob")) == set(DAILY) - {name}
    if name == "copy-keys":
        assert "key-copies" not in of_kind(found, "PersistentVolumeClaim")


def test_only_the_job_that_deletes_is_the_owner() -> None:
    found = pods(charts.manifests(charts.values_of("two-networks")))
    owners = {name for name in DAILY if "MADOGUCHI_OWNER_DATABASE_URL" in environment(found[name])}
    assert owners == {"expire-audit"}


def test_copies_of_keys_lie_apart_and_without_the_key_that_wraps_them(values: dict[str, Any]) -> None:
    found = charts.manifests(values)
    for name, pod in pods(found).items():
        volumes = {each["name"] for each in pod["spec"]["volumes"]}
        assert ("key-copies" in volumes) is (name == "copy-keys"), name
    spec = pods(found)["copy-keys"]["spec"]
    assert not {"wrapping", "wrapping-secret", "files", "journal"} & {
        each["name"] for each in spec["volumes"]
    }
    mounts = {each["name"]: each for each in spec["containers"][0]["volumeMounts"]}
    assert mounts["keys"]["readOnly"] is True
    claims = {
        each["name"]: each["persistentVolumeClaim"]["claimName"]
        for each in spec["volumes"]
        if "persistentVolumeClaim" in each
    }
    assert len(set(claims.values())) == 2


def test_only_those_who_take_uploads_reach_the_scanners() -> None:
    example = charts.values_of("one-cluster")
    found = charts.manifests(example)
    policy = of_kind(found, "NetworkPolicy")["virus-scanners"]["spec"]
    reaching = {
        name
        for name, pod in pods(found).items()
        if charts.selects(policy["podSelector"], pod["metadata"]["labels"])
    }
    assert reaching == {"web-resident", "web-staff"}
    assert policy["egress"][0]["to"] == example["virusScanners"]["to"]


SPOILT: dict[str, tuple[str, dict[str, Any], str]] = {
    "mails from anybody": ("bounces", {"from": []}, "from"),
    "mails to no host": ("bounces", {"host": ""}, "host"),
    "another protocol": ("bounces", {"protocol": "pop3"}, "protocol"),
    "scanners without a way": ("virusScanners", {"addresses": ["clamd://clamd:3310"], "to": []}, "to"),
    "no address": ("virusScanners", {"addresses": ["clamd:3310"]}, "addresses"),
    "no schedule": ("daily", {"copyKeys": {"schedule": "each night"}}, "schedule"),
    "no end": ("daily", {"verifyAudit": {"deadlineSeconds": 0}}, "deadlineSeconds"),
    "misspelt job": ("daily", {"copyKey": {"enabled": False}}, "copyKey"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_what_cannot_be_right_is_refused(case: str, values: dict[str, Any]) -> None:
    part, changed, words = SPOILT[case]
    values[part] = values.get(part, {}) | changed
    with pytest.raises(helm_python.HelmError, match=words):
        charts.manifests(values)
