"""An S3 server on loopback for the contract test: Moto, which verifies every signature with botocore's own code.

Says on one line how it is reached, and ends when its standard input does.
"""

import json
import os
import sys

# The calls below make the user; whatever comes after them has to be signed by it.
os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "4"

import boto3
from moto.server import ThreadedMotoServer

REGION = "eu-central-1"
BUCKET = "documents"

server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
host, port = server.get_host_and_port()
endpoint = f"http://{host}:{port}"
made_up = {
    "endpoint_url": endpoint,
    "region_name": REGION,
    "aws_access_key_id": "setup",
    "aws_secret_access_key": "setup",
}
iam = boto3.client("iam", **made_up)
iam.create_user(UserName="accreditd")
policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]}
iam.put_user_policy(UserName="accreditd", PolicyName="documents", PolicyDocument=json.dumps(policy))
key = iam.create_access_key(UserName="accreditd")["AccessKey"]
boto3.client("s3", **made_up).create_bucket(
    Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION}
)
said = {"endpoint": endpoint, "region": REGION, "bucket": BUCKET}
said |= {"access_key_id": key["AccessKeyId"], "secret_access_key": key["SecretAccessKey"]}
print(json.dumps(said), flush=True)
sys.stdin.read()
# Connections that are open do not keep it.
os._exit(0)
