"""Checks the custom kinds among the manifests on standard input against the definitions named as arguments.

Prints a line for each resource that was checked and one for each fault. As with `kubernetes-validate --strict`, a field
that the definition does not know is a fault: the server of a cluster would drop it.
"""

import sys

import jsonschema
import yaml


def strict(schema):
    """The schema, refusing fields that it does not name."""
    if isinstance(schema, list):
        return [strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: strict(value) for key, value in schema.items()}
    open_to_all = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and not open_to_all:
        schema["additionalProperties"] = False
    return schema


def schemas(paths):
    """For each pair of API version and kind, its schema."""
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            definition = yaml.safe_load(file)["spec"]
        for version in definition["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            # Of the metadata a definition says only that it is an object; Kubernetes itself knows the rest.
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{definition['group']}/{version['name']}", definition["names"]["kind"]] = schema
    return found


def main():
    known = schemas(sys.argv[1:])
    failed = False
    for resource in yaml.safe_load_all(sys.stdin):
        identity = resource["apiVersion"], resource["kind"]
        if identity not in known:
            continue
        print(f"checked kind {identity[1]} with api version {identity[0]}")
        for error in jsonschema.Draft202012Validator(known[identity]).iter_errors(resource):
            failed = True
            print(f"{identity[1]}/{resource['metadata']['name']}: {error.json_path}: {error.message}")
    return failed


sys.exit(main())
