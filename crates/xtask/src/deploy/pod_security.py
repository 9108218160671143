"""Checks the pods among the manifests on standard input against the pod security profile `restricted` of Kubernetes.

It also demands a read-only root file system, and no token of the service account. The admission of a cluster may demand
more. Prints a line for each fault.
"""

import sys

import yaml

VOLUMES = {"configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret"}
# Settings that no pod of this project needs. They are faults whatever their value is.
NEVER_IN_A_POD = ["hostNetwork", "hostPID", "hostIPC", "ephemeralContainers"]
NEVER_IN_A_CONTEXT = ["privileged", "procMount", "seLinuxOptions", "sysctls", "windowsOptions", "appArmorProfile"]


def container_faults(container, inherited):
    own = container.get("securityContext", {})
    context = {**inherited, **own}
    yield from (f"securityContext.{name} is set" for name in NEVER_IN_A_CONTEXT if name in context)
    if context.get("runAsNonRoot") is not True:
        yield "runAsNonRoot is not true"
    if not context.get("runAsUser"):
        yield "runAsUser is not a number other than 0"
    if context.get("seccompProfile", {}).get("type") not in ("RuntimeDefault", "Localhost"):
        yield "seccompProfile is not RuntimeDefault"
    if own.get("allowPrivilegeEscalation") is not False:
        yield "allowPrivilegeEscalation is not false"
    if own.get("capabilities") != {"drop": ["ALL"]}:
        yield "capabilities are not: drop ALL, add none"
    if own.get("readOnlyRootFilesystem") is not True:
        yield "readOnlyRootFilesystem is not true"
    if any("hostPort" in port for port in container.get("ports", [])):
        yield "a port has a hostPort"


def pod_faults(pod):
    yield from (f"{name} is set" for name in NEVER_IN_A_POD if name in pod)
    if pod.get("automountServiceAccountToken") is not False:
        yield "automountServiceAccountToken is not false"
    for volume in pod.get("volumes", []):
        yield from (f"a volume is of the type {kind}" for kind in volume.keys() - VOLUMES - {"name"})
    for container in pod.get("initContainers", []) + pod["containers"]:
        for fault in container_faults(container, pod.get("securityContext", {})):
            yield f"{container['name']}: {fault}"


def main():
    pods = failed = 0
    for resource in yaml.safe_load_all(sys.stdin):
        template = resource.get("spec", {}).get("template", {})
        if "containers" not in template.get("spec", {}):
            continue
        pods += 1
        for fault in pod_faults(template["spec"]):
            failed = True
            print(f"{resource['kind']}/{resource['metadata']['name']}: {fault}")
    if not pods:
        print("the manifests contain no pod")
    return bool(failed or not pods)


sys.exit(main())
