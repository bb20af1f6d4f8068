package main

import (
	"context"
	"fmt"
	"strings"
	"sync"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/util/retry"
)

func configMap(name string, data map[string]string) *corev1.ConfigMap {
	return &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{Name: name}, Data: data}
}

// Every verb of a typed client; what comes back is what was sent.
func crud(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().Secrets(s.namespace)
	sent := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: "s", Labels: map[string]string{"a": "b"}}}
	sent.Data = map[string][]byte{"bytes": {0, 0xff, 0x80}, "empty": {}}
	made, err := client.Create(ctx, sent, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	_, again := client.Create(ctx, sent, metav1.CreateOptions{})
	made.Data["more"] = []byte("x")
	changed, err := client.Update(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	_, stale := client.Update(ctx, made, metav1.UpdateOptions{})
	read, err := client.Get(ctx, "s", metav1.GetOptions{})
	if err != nil {
		return err
	}
	uid, wrong := read.UID, types.UID("another")
	spared := client.Delete(ctx, "s", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &wrong}})
	err = client.Delete(ctx, "s", metav1.DeleteOptions{Preconditions: &metav1.Preconditions{UID: &uid}})
	if err != nil {
		return err
	}
	_, gone := client.Get(ctx, "s", metav1.GetOptions{})
	return all(
		equal("the number of bodies in protobuf", s.sent.protobuf.Load(), int64(6)),
		equal("the type", made.Type, corev1.SecretTypeOpaque),
		equal("the data", read.Data, map[string][]byte{"bytes": {0, 0xff, 0x80}, "empty": {}, "more": []byte("x")}),
		equal("the labels", read.Labels, sent.Labels),
		equal("what is read", read, changed),
		refused("a second one", again, apierrors.IsAlreadyExists, `secrets "s" already exists`),
		refused("a stale update", stale, apierrors.IsConflict, "the object has been modified"),
		refused("deleting another one", spared, apierrors.IsConflict, "the UID in the precondition (another) does not match"),
		refused("reading what is gone", gone, apierrors.IsNotFound, `secrets "s" not found`),
	)
}

func pizza(name string) *unstructured.Unstructured {
	return &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "restaurant.wukong.com/v1beta1",
		"kind":       "Pizza",
		"metadata":   map[string]any{"name": name},
		"spec":       map[string]any{"toppings": []any{map[string]any{"name": "cheese", "quantity": int64(1)}}},
	}}
}

// A kind without Go types, its status apart.
func dynamicCRUD(ctx context.Context, s *session) error {
	client := s.dynamic.Resource(pizzas).Namespace(s.namespace)
	made, err := client.Create(ctx, pizza("p"), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	if err := unstructured.SetNestedField(made.Object, 4.5, "status", "cost"); err != nil {
		return err
	}
	ignored, err := client.Update(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	costed, err := client.UpdateStatus(ctx, made, metav1.UpdateOptions{})
	if err != nil {
		return err
	}
	_, early, _ := unstructured.NestedFloat64(ignored.Object, "status", "cost")
	cost, _, _ := unstructured.NestedFloat64(costed.Object, "status", "cost")
	if err := client.Delete(ctx, "p", metav1.DeleteOptions{}); err != nil {
		return err
	}
	_, gone := client.Get(ctx, "p", metav1.GetOptions{})
	return all(
		equal("a status before its own update", early, false),
		equal("the status", cost, 4.5),
		equal("the generation", costed.GetGeneration(), int64(1)),
		refused("reading what is gone", gone, apierrors.IsNotFound, `pizzas.restaurant.wukong.com "p" not found`),
	)
}

// Twenty writers add to one number, each in a loop of read, change, write, retry.
func retryOnConflict(ctx context.Context, s *session) error {
	const writers = 20
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	if _, err := client.Create(ctx, configMap("counter", nil), metav1.CreateOptions{}); err != nil {
		return err
	}
	backoff := retry.DefaultRetry
	backoff.Steps = 200
	errs := make([]error, writers)
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			errs[i] = retry.RetryOnConflict(backoff, func() error {
				current, err := client.Get(ctx, "counter", metav1.GetOptions{})
				if err != nil {
					return err
				}
				count := len(current.Data["count"])
				current.Data = map[string]string{"count": strings.Repeat("x", count+1)}
				_, err = client.Update(ctx, current, metav1.UpdateOptions{})
				return err
			})
		})
	}
	group.Wait()
	if err := all(errs...); err != nil {
		return err
	}
	end, err := client.Get(ctx, "counter", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return equal("the count", len(end.Data["count"]), writers)
}

func generateName(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	names := sets.New[string]()
	for range 20 {
		object := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: "gen-"}}
		made, err := client.Create(ctx, object, metav1.CreateOptions{})
		if err != nil {
			return err
		}
		if !strings.HasPrefix(made.Name, "gen-") || len(made.Name) != len("gen-")+5 {
			return fmt.Errorf("the name made of gen- is %q", made.Name)
		}
		names.Insert(made.Name)
	}
	return equal("the number of names", names.Len(), 20)
}

func deleteCollection(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	for i := range 6 {
		object := configMap(fmt.Sprintf("c%d", i), nil)
		object.Labels = map[string]string{"half": fmt.Sprint(i % 2)}
		if _, err := client.Create(ctx, object, metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	selected := metav1.ListOptions{LabelSelector: "half in (1),half!=0"}
	background := metav1.DeletePropagationBackground
	if err := client.DeleteCollection(ctx, metav1.DeleteOptions{PropagationPolicy: &background}, selected); err != nil {
		return err
	}
	left, err := client.List(ctx, metav1.ListOptions{LabelSelector: "half"})
	if err != nil {
		return err
	}
	var names []string
	for _, object := range left.Items {
		names = append(names, object.Name)
	}
	return equal("what is left", names, []string{"c0", "c2", "c4"})
}
