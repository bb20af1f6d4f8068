"""Prints who the server takes the caller for: whoami.py KUBECONFIG. REMOTE_HEADERS, lines of "Name: value", are sent too."""

import json
import os
import sys

from kubernetes import client, config

api = config.new_client_from_config(config_file=sys.argv[1])
for line in os.environ.get("REMOTE_HEADERS", "").splitlines():
    name, value = line.split(": ", 1)
    api.set_default_header(name, value)
review = client.AuthenticationV1Api(api).create_self_subject_review(client.V1SelfSubjectReview())
print(json.dumps(api.sanitize_for_serialization(review.status.user_info)))
