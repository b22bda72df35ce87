"""The chart is rendered, fits the schemas of Kubernetes, and keeps the two networks apart."""

import json
from copy import deepcopy
from typing import Any

import helm_python
import kubernetes_validate
import pytest
from yamllint import linter
from yamllint.config import YamlLintConfig

from deploy.settings.releases import ZONES
from tests.deployment import charts
from tests.deployment.charts import CHART, EXAMPLES, ROOT, VERSIONS, environment, of_kind, pods

WEBS = {"web-resident", "web-staff"}
DAILY = {"expire-audit", "verify-audit", "copy-keys"}
PROCESSES = WEBS | DAILY | {"relay", "worker", "beat", "watch", "seal", "bounces", "provision", "migrate"}
OWNERS = {"provision", "migrate", "expire-audit"}
LINT = YamlLintConfig(
    "{extends: default, rules: {line-length: {max: 200}, trailing-spaces: disable,"
    " comments-indentation: disable, document-start: disable,"
    " empty-lines: {max: 3, max-start: 2, max-end: 2},"
    " braces: {max-spaces-inside: 1}, indentation: {indent-sequences: whatever}}}"
)


@pytest.fixture(scope="module", params=EXAMPLES)
def found(request: pytest.FixtureRequest) -> list[charts.Manifest]:
    """Everything that an example installs."""
    return charts.manifests(charts.values_of(request.param))


@pytest.fixture
def values() -> dict[str, Any]:
    """The values of the first example, to be spoilt."""
    return deepcopy(charts.values_of(EXAMPLES[0]))


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("version", VERSIONS)
def test_the_chart_is_clean(example: str, version: str) -> None:
    report = helm_python.lint(
        str(CHART), charts.values_of(example), strict=True, kube_version=f"v{version}.0"
    )
    # Severity 1 is a remark: we have no icon.
    assert report["errors"] == []
    assert [each for each in report["messages"] if each["severity"] > 1] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_what_is_rendered_is_tidy_yaml(example: str) -> None:
    for name, text in charts.render(charts.values_of(example)).items():
        assert [f"{name}: {problem}" for problem in linter.run(text, LINT)] == []


@pytest.mark.parametrize("version", VERSIONS)
def test_everything_fits_the_schemas_of_kubernetes(version: str, found: list[charts.Manifest]) -> None:
    for each in found:
        kubernetes_validate.validate(each, version, strict=True)


def test_a_slip_would_be_found(found: list[charts.Manifest]) -> None:
    wrong = deepcopy(of_kind(found, "PodDisruptionBudget")["web-staff"])
    wrong["spec"]["minAvailble"] = wrong["spec"].pop("minAvailable")
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, VERSIONS[0], strict=True)


def test_every_process_is_there_and_known_to_the_image(found: list[charts.Manifest]) -> None:
    assert set(pods(found)) == PROCESSES
    start = (ROOT / "deploy/image/start").read_text(encoding="utf-8")
    for name, pod in pods(found).items():
        word = pod["spec"]["containers"][0]["args"][0]
        assert word == ("web" if name.startswith("web-") else name)
        assert f" {word})" in start or f"|{word})" in start or f"{word}|" in start


def test_each_web_is_the_release_of_its_zone(found: list[charts.Manifest]) -> None:
    releases = {name: environment(pod)["MADOGUCHI_RELEASE"] for name, pod in pods(found).items()}
    assert ZONES[releases.pop("web-resident")] == ("resident",)
    assert ZONES[releases.pop("web-staff")] == ("staff", "operators")
    assert set(releases.values()) == {"all"}
    for zone, web in (("resident", "web-resident"), ("staff", "web-staff")):
        spec = of_kind(found, "Ingress")[zone]["spec"]
        backends = [
            path["backend"]["service"]["name"] for rule in spec["rules"] for path in rule["http"]["paths"]
        ]
        assert set(backends) == {f"mado-{web}"}
    classes = {each["spec"]["ingressClassName"] for each in of_kind(found, "Ingress").values()}
    hosts = [{rule["host"] for rule in each["spec"]["rules"]} for each in of_kind(found, "Ingress").values()]
    assert len(classes) == 2
    assert not hosts[0] & hosts[1]


def test_the_residents_entry_never_reaches_staff_pods(found: list[charts.Manifest]) -> None:
    labels = {name: pod["metadata"]["labels"] for name, pod in pods(found).items()}
    residents = of_kind(found, "NetworkPolicy")["web-resident"]["spec"]
    entry = residents["ingress"][0]["from"][0]["namespaceSelector"]["matchLabels"]
    assert any(charts.lets_in(each, pod=None, namespace=entry) for each in [residents])
    for name in PROCESSES - {"web-resident"}:
        holding = charts.policies_for(found, labels[name], "Ingress")
        assert holding, "without a policy a pod lets everybody in"
        assert not any(charts.lets_in(each, pod=None, namespace=entry) for each in holding), name
    # Nor does a resident pod that somebody took over reach a staff pod.
    for each in charts.policies_for(found, labels["web-staff"], "Ingress"):
        assert not charts.lets_in(each, pod=labels["web-resident"], namespace={})


def test_pods_go_out_to_their_servers_only(found: list[charts.Manifest]) -> None:
    ports: dict[str, set[int]] = {}
    for name, pod in pods(found).items():
        holding = charts.policies_for(found, pod["metadata"]["labels"], "Egress")
        rules = [rule for each in holding for rule in each.get("egress", ())]
        assert all(rule.get("to") and rule.get("ports") for rule in rules), "an open rule lets everything out"
        ports[name] = {port["port"] for rule in rules for port in rule["ports"]}
    smtp = {int(environment(pods(found)["relay"])["MADOGUCHI_SMTP_PORT"])}
    usual = {53, 5432, 6379}
    assert ports.pop("relay") == usual | smtp
    assert ports.pop("watch") in (usual | {8000}, usual | {443})
    # Copies of keys go nowhere but to their own disk.
    assert ports.pop("copy-keys") == set()
    for web in WEBS:
        scanners = environment(pods(found)[web]).get("MADOGUCHI_VIRUS_SCANNERS", "")
        assert ports.pop(web) == usual | ({3310} if scanners else set())
    assert all(each == usual for each in ports.values())


@pytest.mark.parametrize("process", sorted(PROCESSES))
def test_a_pod_has_no_more_rights_than_it_needs(process: str, found: list[charts.Manifest]) -> None:
    spec = pods(found)[process]["spec"]
    assert spec["automountServiceAccountToken"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    for container in [*spec["containers"], *spec.get("initContainers", ())]:
        confined = container["securityContext"]
        assert confined["readOnlyRootFilesystem"] is True
        assert confined["allowPrivilegeEscalation"] is False
        assert confined["capabilities"] == {"drop": ["ALL"]}
        assert {"cpu", "memory"} <= set(container["resources"]["requests"])
        assert "memory" in container["resources"]["limits"]
    assert ("MADOGUCHI_OWNER_DATABASE_URL" in environment(pods(found)[process])) is (process in OWNERS)
    assert "MADOGUCHI_ADMIN_DATABASE_URL" not in environment(pods(found)[process])


def test_keys_are_mounted_where_they_are_needed_and_from_places_of_their_own(
    found: list[charts.Manifest],
) -> None:
    for name, pod in pods(found).items():
        volumes = {each["name"] for each in pod["spec"]["volumes"]}
        assert ({"keys", "wrapping", "journal"} <= volumes) is (name not in {"beat", "watch", "copy-keys"}), (
            name
        )
    claims = {
        volume["persistentVolumeClaim"]["claimName"]
        for volume in pods(found)["relay"]["spec"]["volumes"]
        if "persistentVolumeClaim" in volume
    }
    assert len(claims) == 3


@pytest.mark.parametrize("zone", ["resident", "staff"])
def test_the_web_is_probed_and_replaced_without_a_gap(zone: str, found: list[charts.Manifest]) -> None:
    deployment = of_kind(found, "Deployment")[f"web-{zone}"]["spec"]
    assert deployment["strategy"]["rollingUpdate"] == {"maxUnavailable": 0, "maxSurge": 1}
    spec = deployment["template"]["spec"]
    container = spec["containers"][0]
    assert container["livenessProbe"]["httpGet"]["path"] == "/livez"
    assert container["readinessProbe"]["httpGet"]["path"] == "/readyz"
    assert "MADOGUCHI_DRAIN_FILE" in container["lifecycle"]["preStop"]["exec"]["command"][-1]
    assert spec["terminationGracePeriodSeconds"] >= 45
    assert {each["topologyKey"] for each in spec["topologySpreadConstraints"]} == {
        "topology.kubernetes.io/zone",
        "kubernetes.io/hostname",
    }
    budget = of_kind(found, "PodDisruptionBudget")[f"web-{zone}"]["spec"]
    assert budget["minAvailable"] == 1
    assert charts.selects(budget["selector"], deployment["template"]["metadata"]["labels"])


def test_what_exists_once_is_never_there_twice(found: list[charts.Manifest]) -> None:
    for name in ("beat", "provision", "seal"):
        deployment = of_kind(found, "Deployment")[name]["spec"]
        assert (deployment["replicas"], deployment["strategy"]["type"]) == (1, "Recreate")


def test_the_migration_runs_before_the_new_code(found: list[charts.Manifest]) -> None:
    (job,) = of_kind(found, "Job").values()
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    assert job["spec"]["template"]["spec"]["containers"][0]["args"][:2] == ["migrate", "--jobs"]


def test_a_budget_of_a_single_pod_would_block_every_drain() -> None:
    budgets = of_kind(charts.manifests(charts.values_of("one-cluster")), "PodDisruptionBudget")
    assert "relay" not in budgets
    assert "watch" not in budgets


def test_only_those_who_serve_go_through_a_pooler() -> None:
    for name, pod in pods(charts.manifests(charts.values_of("two-networks"))).items():
        assert environment(pod).get("MADOGUCHI_POOLER") == (None if name in OWNERS else "transaction")


SPOILT: dict[str, tuple[list[str], Any, str]] = {
    "misspelt": (["web", "resident", "replica"], 3, "replica"),
    "no domain": (["baseHost"], "", "baseHost"),
    "wildcard": (["baseHost"], "*.example.jp", "baseHost"),
    "one domain": (["staffBaseHost"], "madoguchi.example.jp", "staffBaseHost must differ"),
    "everybody a proxy": (["trustedProxies"], ["0.0.0.0/0"], "trustedProxies"),
    "no proxies": (["trustedProxies"], [], "trustedProxies"),
    "database anywhere": (["egress", "database", "to"], [], "egress"),
    "moving tag": (["image", "tag"], "latest", "tag"),
    "no limit": (["relay", "resources", "limits"], None, "limits"),
    "words for numbers": (["web", "staff", "replicas"], "2", "replicas"),
    "watch without a way": (["watch"], {"probes": "outside", "to": []}, "to"),
    "weak hsts": (["hstsSeconds"], 60, "hstsSeconds"),
}


@pytest.mark.parametrize("case", SPOILT)
def test_values_that_cannot_be_right_are_refused(case: str, values: dict[str, Any]) -> None:
    path, value, words = SPOILT[case]
    inner = values
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = value
    with pytest.raises(helm_python.HelmError, match=words):
        charts.manifests(values)


def test_one_entry_for_both_networks_is_refused(values: dict[str, Any]) -> None:
    web = values["web"]
    web["staff"]["ingress"]["from"] = deepcopy(web["resident"]["ingress"]["from"])
    with pytest.raises(helm_python.HelmError, match="never reaches staff pods"):
        charts.manifests(values)


def test_every_variable_is_known_to_the_settings(found: list[charts.Manifest]) -> None:
    known = (ROOT / "docs/reference/settings.md").read_text(encoding="utf-8")
    used = {name for pod in pods(found).values() for name in environment(pod)}
    assert {name for name in used if f"`{name}`" not in known} == set()


def test_no_secret_is_a_plain_value(found: list[charts.Manifest]) -> None:
    assert not of_kind(found, "Secret")
    for pod in pods(found).values():
        for each in pod["spec"]["containers"][0]["env"]:
            if any(word in each["name"] for word in ("SECRET", "PASSWORD", "TOKEN", "_URL")):
                assert "secretKeyRef" in each["valueFrom"]


def test_the_schema_knows_every_default() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text(encoding="utf-8"))
    chart = helm_python.Chart.load(str(CHART))
    assert set(chart.values) == set(schema["properties"]) - {"global"}
