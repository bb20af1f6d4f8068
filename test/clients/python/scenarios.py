"""What a program written with Kubernetes' Python client does to an API server; one scenario a run.

usage: scenarios.py KUBECONFIG NAMESPACE SCENARIO
"""

import sys
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.client.rest import ApiException


def expect(found, wanted, what):
    if found != wanted:
        raise AssertionError(f"{what}: {found!r}, not {wanted!r}")


def refusal(call):
    """The status and reason that a call is refused with."""
    try:
        call()
    except ApiException as error:
        return error.status, error.reason
    raise AssertionError("it was not refused")


def config_map(name, **data):
    return client.V1ConfigMap(metadata=client.V1ObjectMeta(name=name, labels={"made-by": "python"}), data=data)


def crud(namespace):
    core = client.CoreV1Api()
    made = core.create_namespaced_config_map(namespace, config_map("a", x="1"))
    expect(made.data, {"x": "1"}, "created")
    expect(made.metadata.creation_timestamp.tzinfo is not None, True, "a time with its zone")
    expect(refusal(lambda: core.create_namespaced_config_map(namespace, config_map("a")))[0], 409, "again")
    expect(refusal(lambda: core.read_namespaced_config_map("none", namespace))[0], 404, "none")

    patched = core.patch_namespaced_config_map("a", namespace, {"data": {"y": "2"}})
    expect(patched.data, {"x": "1", "y": "2"}, "patched")
    stale = made
    stale.data = {"x": "3"}
    expect(refusal(lambda: core.replace_namespaced_config_map("a", namespace, stale))[0], 409, "stale")
    patched.data = {"x": "4"}
    expect(core.replace_namespaced_config_map("a", namespace, patched).data, {"x": "4"}, "replaced")

    listed = core.list_namespaced_config_map(namespace, label_selector="made-by=python")
    expect([item.metadata.name for item in listed.items], ["a"], "listed")
    expect(core.delete_namespaced_config_map("a", namespace)["status"], "Success", "deleted")
    secret = client.V1Secret(metadata=client.V1ObjectMeta(name="s"), string_data={"k": "v"})
    expect(core.create_namespaced_secret(namespace, secret).data, {"k": "dg=="}, "a secret")
    service = client.V1Service(
        metadata=client.V1ObjectMeta(name="web"),
        spec=client.V1ServiceSpec(ports=[client.V1ServicePort(port=80)], selector={"app": "web"}),
    )
    expect(core.create_namespaced_service(namespace, service).spec.type, "ClusterIP", "a service")
    gone = core.delete_collection_namespaced_config_map(namespace, label_selector="made-by=python")
    expect(gone.kind, "ConfigMapList", "deleted with a selector")


def deployment(namespace):
    apps = client.AppsV1Api()
    labels = {"app": "web"}
    template = client.V1PodTemplateSpec(
        metadata=client.V1ObjectMeta(labels=labels),
        spec=client.V1PodSpec(containers=[client.V1Container(name="web", image="web:1")]),
    )
    spec = client.V1DeploymentSpec(replicas=2, selector=client.V1LabelSelector(match_labels=labels), template=template)
    body = client.V1Deployment(metadata=client.V1ObjectMeta(name="web"), spec=spec)
    made = apps.create_namespaced_deployment(namespace, body)
    expect(made.spec.strategy.rolling_update.max_surge, "25%", "a default")
    scale = apps.patch_namespaced_deployment_scale("web", namespace, {"spec": {"replicas": 5}})
    expect(scale.spec.replicas, 5, "scaled")
    container = {"name": "web", "image": "web:2"}
    patch = {"spec": {"template": {"spec": {"containers": [container]}}}}
    patched = apps.patch_namespaced_deployment("web", namespace, patch)
    expect(patched.spec.template.spec.containers[0].image, "web:2", "patched")
    bad = client.V1Deployment(metadata=client.V1ObjectMeta(name="bad"), spec=spec)
    bad.spec.replicas = -1
    expect(refusal(lambda: apps.create_namespaced_deployment(namespace, bad))[0], 422, "invalid")


def watching(namespace):
    core = client.CoreV1Api()
    start = core.list_namespaced_config_map(namespace).metadata.resource_version

    def change():
        core.create_namespaced_config_map(namespace, config_map("w", n="1"))
        core.patch_namespaced_config_map("w", namespace, {"data": {"n": "2"}})
        core.delete_namespaced_config_map("w", namespace)

    thread = threading.Thread(target=change)
    thread.start()
    stream = watch.Watch()
    told = []
    options = {"resource_version": start, "label_selector": "made-by=python", "timeout_seconds": 30}
    for event in stream.stream(core.list_namespaced_config_map, namespace, **options):
        told.append((event["type"], event["object"].data["n"]))
        if event["type"] == "DELETED":
            stream.stop()
    thread.join()
    expect(told, [("ADDED", "1"), ("MODIFIED", "2"), ("DELETED", "2")], "told")


def dynamic_client(namespace):
    everything = dynamic.DynamicClient(client.ApiClient())
    pizzas = everything.resources.get(api_version="restaurant.wukong.com/v1beta1", kind="Pizza")
    expect((pizzas.name, pizzas.namespaced), ("pizzas", True), "discovered")
    body = {
        "apiVersion": "restaurant.wukong.com/v1beta1",
        "kind": "Pizza",
        "metadata": {"name": "quattro"},
        "spec": {"toppings": [{"name": "cheese", "quantity": 4}]},
    }
    expect(pizzas.create(body=body, namespace=namespace).spec.toppings[0].quantity, 4, "created")
    merge = "application/merge-patch+json"
    labelled = {"metadata": {"labels": {"size": "xl"}}}
    patched = pizzas.patch(name="quattro", namespace=namespace, body=labelled, content_type=merge)
    expect(patched.metadata.labels["size"], "xl", "patched")
    applied = pizzas.server_side_apply(
        name="quattro",
        namespace=namespace,
        body={**body, "metadata": {"name": "quattro", "labels": {"by": "apply"}}},
        field_manager="python",
        force_conflicts=True,
    )
    expect(applied.metadata.labels.to_dict(), {"size": "xl", "by": "apply"}, "applied")
    for event in pizzas.watch(namespace=namespace, timeout=30):
        expect((event["type"], event["object"].metadata.name), ("ADDED", "quattro"), "told")
        break
    expect(len(pizzas.get(namespace=namespace, label_selector="size=xl").items), 1, "listed")
    expect(pizzas.delete(name="quattro", namespace=namespace).status, "Success", "deleted")
    maps = everything.resources.get(api_version="v1", kind="ConfigMap")
    maps.create(body={"metadata": {"name": "d"}, "data": {"a": "b"}}, namespace=namespace)
    expect(maps.get(name="d", namespace=namespace).data.a, "b", "a built-in kind")


SCENARIOS = {"crud": crud, "deployment": deployment, "watch": watching, "dynamic": dynamic_client}

if __name__ == "__main__":
    kubeconfig, where, scenario = sys.argv[1:]
    config.load_kube_config(kubeconfig)
    SCENARIOS[scenario](where)
    print("done")
