"""An S3 server on loopback for the contract test: Moto, behind a check of every signed URL.

Moto does not verify signed URLs. So this script does it first, with botocore's own signer, which shares no code with the
client that is tested. It also compares the checksum of each body, as S3 does.

It prints one line that says how to reach it. Then it obeys commands, one a line, and answers each with one line of JSON:

    issue         makes a new access key
    issue-session makes a new access key with a session token
    expire ID     the session of this key has expired
    remove ID     forgets this key

It ends when its standard input does.
"""

import base64
import hashlib
import io
import json
import os
import secrets
import sys
import threading
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qs

from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from moto.core import DEFAULT_ACCOUNT_ID
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from moto.s3.models import s3_backends
from werkzeug.serving import make_server

REGION = "eu-central-1"
BUCKET = "documents"
# How far the client's clock may be ahead.
MAX_SKEW = timedelta(minutes=15)

# Credentials by their access key id, and the ids of sessions that have expired.
keys = {}
expired = set()


class Refused(Exception):
    def __init__(self, status, code):
        super().__init__(code)
        self.status = status
        self.code = code


def issue(with_session):
    access_key_id = ("ASIA" if with_session else "AKIA") + secrets.token_hex(8).upper()
    # As AWS's secrets and tokens do, they have letters that a URL must escape.
    secret = base64.b64encode(secrets.token_bytes(30)).decode()
    token = base64.b64encode(b"\xfb\xff" + secrets.token_bytes(300)).decode() if with_session else None
    keys[access_key_id] = Credentials(access_key_id, secret, token)
    return {"access_key_id": access_key_id, "secret_access_key": secret, "session_token": token}


def verify(environ, body):
    """Raises what S3 would answer if the request's signature or body is not right."""
    query = parse_qs(environ["QUERY_STRING"], keep_blank_values=True, strict_parsing=True)
    if any(len(values) != 1 for values in query.values()):
        raise Refused(400, "AuthorizationQueryParametersError")
    parameters = {name: values[0] for name, values in query.items()}
    if parameters.get("X-Amz-Algorithm") != "AWS4-HMAC-SHA256":
        raise Refused(403, "AccessDenied")
    access_key_id, day, region, service, end = parameters["X-Amz-Credential"].split("/")
    timestamp = parameters["X-Amz-Date"]
    if (day, region, service, end) != (timestamp[:8], REGION, "s3", "aws4_request"):
        raise Refused(400, "AuthorizationQueryParametersError")
    known = keys.get(access_key_id)
    if known is None:
        raise Refused(403, "InvalidAccessKeyId")
    if access_key_id in expired:
        raise Refused(400, "ExpiredToken")
    if parameters.get("X-Amz-Security-Token") != known.token:
        raise Refused(400, "InvalidToken")

    sent = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    signed = parameters["X-Amz-SignedHeaders"].split(";")
    if any(name == "host" or name.startswith("x-amz-") for name in sent if name not in signed):
        raise Refused(403, "AccessDenied")
    path, _, raw_query = environ["RAW_URI"].partition("?")
    pairs = [pair for pair in raw_query.split("&") if not pair.startswith("X-Amz-Signature=")]
    url = f"http://{environ['HTTP_HOST']}{path}?{'&'.join(pairs)}"
    headers = {name: sent[name] for name in signed}
    request = AWSRequest(method=environ["REQUEST_METHOD"], url=url, headers=headers)
    request.context["timestamp"] = timestamp
    auth = S3SigV4QueryAuth(known, service, region)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    if not secrets.compare_digest(auth.signature(text, request), parameters["X-Amz-Signature"]):
        raise Refused(403, "SignatureDoesNotMatch")
    begin = datetime.strptime(timestamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    now = datetime.now(timezone.utc)
    if not begin - MAX_SKEW <= now <= begin + timedelta(seconds=int(parameters["X-Amz-Expires"])):
        raise Refused(403, "AccessDenied")
    if environ["REQUEST_METHOD"] == "PUT":
        # S3 takes a body without a checksum. The service must always send one.
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        if sent.get("x-amz-checksum-sha256") != digest:
            raise Refused(400, "BadDigest")


class Verifier:
    """Verifies each request, and passes it on to Moto as if it had been signed in a header."""

    def __init__(self, moto):
        self.moto = moto

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            verify(environ, body)
        except Refused as refused:
            answer = f"<?xml version='1.0'?><Error><Code>{refused.code}</Code></Error>".encode()
            headers = [("Content-Type", "application/xml"), ("Content-Length", str(len(answer)))]
            start_response(f"{refused.status} Refused", headers)
            return [] if environ["REQUEST_METHOD"] == "HEAD" else [answer]
        pairs = [pair for pair in environ["QUERY_STRING"].split("&") if not pair.startswith("X-Amz-")]
        path = environ["RAW_URI"].partition("?")[0]
        environ["QUERY_STRING"] = "&".join(pairs)
        environ["RAW_URI"] = environ["REQUEST_URI"] = path + ("?" + "&".join(pairs) if pairs else "")
        scope = f"{REGION}/s3/aws4_request"
        environ["HTTP_AUTHORIZATION"] = f"AWS4-HMAC-SHA256 Credential=verified/20200101/{scope}, Signature=none"
        environ["wsgi.input"] = io.BytesIO(body)
        return self.moto(environ, start_response)


def obey(command):
    match command.split():
        case ["issue"]:
            return issue(with_session=False)
        case ["issue-session"]:
            return issue(with_session=True)
        case ["expire", access_key_id]:
            expired.add(access_key_id)
            return {}
        case ["remove", access_key_id]:
            del keys[access_key_id]
            return {}
        case _:
            raise ValueError(command)


s3_backends[DEFAULT_ACCOUNT_ID]["aws"].create_bucket(BUCKET, REGION)
application = Verifier(DomainDispatcherApplication(create_backend_app))
server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=MotoRequestHandler)
threading.Thread(target=server.serve_forever, daemon=True).start()
said = {"endpoint": f"http://127.0.0.1:{server.server_port}", "region": REGION, "bucket": BUCKET}
print(json.dumps(said | issue(with_session=False)), flush=True)
for line in sys.stdin:
    print(json.dumps(obey(line)), flush=True)
# Connections that are open do not keep it.
os._exit(0)
