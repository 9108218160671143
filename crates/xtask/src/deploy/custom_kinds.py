"""Checks the custom resources among the manifests on standard input. The arguments are the files of their definitions.

Prints a line for each checked resource and a line for each fault. As with `kubernetes-validate --strict`, an unknown field
is a fault, because the server of a cluster would drop it.
"""

import sys

import jsonschema
import yaml


def forbid_unknown_fields(schema):
    """Returns the schema without permission for fields that it does not name."""
    if isinstance(schema, list):
        return [forbid_unknown_fields(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    schema = {key: forbid_unknown_fields(value) for key, value in schema.items()}
    allows_any_field = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict) and not allows_any_field:
        schema["additionalProperties"] = False
    return schema


def read_schemas(paths):
    """Returns the schema for each pair of API version and kind."""
    found = {}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            definition = yaml.safe_load(file)["spec"]
        for version in definition["versions"]:
            schema = forbid_unknown_fields(version["schema"]["openAPIV3Schema"])
            # A definition says only that the metadata is an object. Kubernetes itself checks the metadata.
            schema["properties"]["metadata"] = {"type": "object"}
            found[f"{definition['group']}/{version['name']}", definition["names"]["kind"]] = schema
    return found


def main():
    known = read_schemas(sys.argv[1:])
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
