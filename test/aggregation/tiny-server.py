"""The least that can stand behind an APIService: one kind, two objects, TLS with a certificate nobody knows."""

import json
import ssl
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

GROUP_VERSION = "tiny.example.com/v1"
ROOT = "/apis/" + GROUP_VERSION
VERBS = ["get", "list"]
DISCOVERY = {
    "kind": "APIResourceList",
    "apiVersion": "v1",
    "groupVersion": GROUP_VERSION,
    "resources": [
        {"name": "dots", "singularName": "dot", "namespaced": True, "kind": "Dot", "verbs": VERBS, "shortNames": ["d"]}
    ],
}


def dot(name):
    return {"apiVersion": GROUP_VERSION, "kind": "Dot", "metadata": {"name": name, "namespace": "default"}}


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        path = self.path.split("?")[0]
        if path == ROOT:
            self.answer(200, DISCOVERY)
        elif path == ROOT + "/namespaces/default/dots":
            items = [dot("one"), dot("for-" + self.headers["X-Remote-User"])]
            self.answer(200, {"apiVersion": GROUP_VERSION, "kind": "DotList", "metadata": {}, "items": items})
        else:
            self.answer(404, {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404})

    def answer(self, code, body):
        text = json.dumps(body).encode()
        self.send_response(code)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1], sys.argv[2])
server.socket = context.wrap_socket(server.socket, server_side=True)
print(server.server_address[1], flush=True)
server.serve_forever()
