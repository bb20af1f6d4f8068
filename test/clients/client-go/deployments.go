package main

import (
	"context"
	"os"
	"path/filepath"

	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/restmapper"
	"k8s.io/client-go/scale"
)

func deployment(name string) *appsv1.Deployment {
	labels := map[string]string{"app": name}
	port := corev1.ContainerPort{ContainerPort: 80}
	return &appsv1.Deployment{
		ObjectMeta: metav1.ObjectMeta{Name: name},
		Spec: appsv1.DeploymentSpec{
			Selector: &metav1.LabelSelector{MatchLabels: labels},
			Template: corev1.PodTemplateSpec{
				ObjectMeta: metav1.ObjectMeta{Labels: labels},
				Spec: corev1.PodSpec{Containers: []corev1.Container{
					{Name: "web", Image: "web:1", Ports: []corev1.ContainerPort{port}},
					{Name: "log", Image: "log:1", Env: []corev1.EnvVar{{Name: "LEVEL", Value: "info"}}},
				}},
			},
		},
	}
}

// Lists merge by the keys that the schema names, in the order the patch asks for.
func strategicMerge(ctx context.Context, s *session) error {
	client := s.typed.AppsV1().Deployments(s.namespace)
	made, err := client.Create(ctx, deployment("merged"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	body := `{"spec":{"template":{"spec":{
		"$setElementOrder/containers":[{"name":"side"},{"name":"log"},{"name":"web"}],
		"containers":[
			{"name":"side","image":"side:1"},
			{"name":"log","env":[{"name":"LEVEL","value":"debug"},{"name":"COLOR","value":"no"}]}]}}}}`
	patch := func(body string) (*appsv1.Deployment, error) {
		return client.Patch(ctx, "merged", types.StrategicMergePatchType, []byte(body), metav1.PatchOptions{})
	}
	merged, err := patch(body)
	if err != nil {
		return err
	}
	removed, err := patch(`{"spec":{"template":{"spec":{"containers":[{"$patch":"delete","name":"log"}]}}}}`)
	if err != nil {
		return err
	}
	containers := merged.Spec.Template.Spec.Containers
	if err := equal("the number of containers", len(containers), 3); err != nil {
		return err
	}
	env := []corev1.EnvVar{{Name: "LEVEL", Value: "debug"}, {Name: "COLOR", Value: "no"}}
	return all(
		equal("replicas by default", *made.Spec.Replicas, int32(1)),
		equal("the strategy by default", made.Spec.Strategy.Type, appsv1.RollingUpdateDeploymentStrategyType),
		equal("a port's protocol by default", made.Spec.Template.Spec.Containers[0].Ports[0].Protocol, corev1.ProtocolTCP),
		equal("names", namesOf(containers), []string{"side", "log", "web"}),
		equal("the image left alone", containers[1].Image, "log:1"),
		equal("the merged environment", containers[1].Env, env),
		equal("the ports left alone", len(containers[2].Ports), 1),
		equal("the generation", merged.Generation, int64(2)),
		equal("names after a deletion", namesOf(removed.Spec.Template.Spec.Containers), []string{"side", "web"}),
	)
}

func namesOf(containers []corev1.Container) []string {
	var names []string
	for _, container := range containers {
		names = append(names, container.Name)
	}
	return names
}

// The scale subresource, by the typed client and by the one that works for any kind.
func scaleDeployment(ctx context.Context, s *session) error {
	client := s.typed.AppsV1().Deployments(s.namespace)
	if _, err := client.Create(ctx, deployment("scaled"), metav1.CreateOptions{}); err != nil {
		return err
	}
	before, err := client.GetScale(ctx, "scaled", metav1.GetOptions{})
	if err != nil {
		return err
	}
	size := before.DeepCopy()
	size.Spec.Replicas = 3
	after, err := client.UpdateScale(ctx, "scaled", size, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	polymorphic, err := scales(s)
	if err != nil {
		return err
	}
	resource := schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}
	made := after.Spec.Replicas
	after.Spec.Replicas = 4
	updated, err := polymorphic.Scales(s.namespace).Update(ctx, resource.GroupResource(), after, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	body := []byte(`{"spec":{"replicas":5}}`)
	patched, err := polymorphic.Scales(s.namespace).Patch(ctx, resource, "scaled", types.MergePatchType, body, metav1.PatchOptions{})
	if err != nil {
		return err
	}
	end, err := client.Get(ctx, "scaled", metav1.GetOptions{})
	if err != nil {
		return err
	}
	var managers []string
	for _, entry := range end.ManagedFields {
		if entry.Subresource == "scale" {
			managers = append(managers, entry.Manager)
		}
	}
	return all(
		equal("the scale", before.Spec, autoscalingv1.ScaleSpec{Replicas: 1}),
		equal("its selector", before.Status.Selector, "app=scaled"),
		equal("the scale after an update", made, int32(3)),
		equal("the scale after the other update", updated.Spec.Replicas, int32(4)),
		equal("the scale after a patch", patched.Spec.Replicas, int32(5)),
		equal("the replicas", *end.Spec.Replicas, int32(5)),
		equal("the generation", end.Generation, int64(4)),
		equal("who owns it through scale", managers, []string{filepath.Base(os.Args[0])}),
	)
}

func scales(s *session) (scale.ScalesGetter, error) {
	client, err := discovery.NewDiscoveryClientForConfig(s.config)
	if err != nil {
		return nil, err
	}
	cached := memory.NewMemCacheClient(client)
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(cached)
	resolver := scale.NewDiscoveryScaleKindResolver(cached)
	return scale.NewForConfig(s.config, mapper, dynamic.LegacyAPIPathResolverFunc, resolver)
}
