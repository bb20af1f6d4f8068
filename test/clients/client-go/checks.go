package main

import (
	"context"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/types"
)

var onlyAsk = []string{metav1.DryRunAll}

// Every verb answers as if it had been done, and does nothing.
func dryRun(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	asked, err := client.Create(ctx, configMap("asked", nil), metav1.CreateOptions{DryRun: onlyAsk})
	if err != nil {
		return err
	}
	_, absent := client.Get(ctx, "asked", metav1.GetOptions{})
	made, err := client.Create(ctx, configMap("made", map[string]string{"a": "1"}), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	change := made.DeepCopy()
	change.Data["a"] = "2"
	updated, err := client.Update(ctx, change, metav1.UpdateOptions{DryRun: onlyAsk})
	if err != nil {
		return err
	}
	body := []byte(`{"data":{"a":"3"}}`)
	patched, err := client.Patch(ctx, "made", types.MergePatchType, body, metav1.PatchOptions{DryRun: onlyAsk})
	if err != nil {
		return err
	}
	if err := client.Delete(ctx, "made", metav1.DeleteOptions{DryRun: onlyAsk}); err != nil {
		return err
	}
	if err := client.DeleteCollection(ctx, metav1.DeleteOptions{DryRun: onlyAsk}, metav1.ListOptions{}); err != nil {
		return err
	}
	after, err := client.Get(ctx, "made", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return all(
		isTrue("the answer has a uid", asked.UID != ""),
		equal("its resourceVersion", asked.ResourceVersion, ""),
		refused("reading it", absent, apierrors.IsNotFound, "not found"),
		equal("the update's answer", updated.Data["a"], "2"),
		equal("the patch's answer", patched.Data["a"], "3"),
		equal("what is there", after, made),
	)
}

// Unknown fields, by how strict the request asks to be. A typed client can't send any: a patch and the dynamic one do.
func fieldValidation(ctx context.Context, s *session) error {
	client := s.dynamic.Resource(configMaps).Namespace(s.namespace)
	object := &unstructured.Unstructured{Object: map[string]any{
		"apiVersion": "v1",
		"kind":       "ConfigMap",
		"metadata":   map[string]any{"name": "strict", "lables": map[string]any{}},
		"bogus":      true,
	}}
	strict := metav1.CreateOptions{FieldValidation: metav1.FieldValidationStrict}
	_, both := client.Create(ctx, object, strict)
	wrong := pizza("strict")
	wrong.Object["spec"].(map[string]any)["topings"] = "none"
	_, custom := s.dynamic.Resource(pizzas).Namespace(s.namespace).Create(ctx, wrong, strict)
	_, unknown := client.Create(ctx, object, metav1.CreateOptions{FieldValidation: "Severe"})
	made, err := client.Create(ctx, object, metav1.CreateOptions{FieldValidation: metav1.FieldValidationIgnore})
	if err != nil {
		return err
	}
	_, kept := made.Object["bogus"]
	body := []byte(`{"dataa":{"a":"b"}}`)
	options := metav1.PatchOptions{FieldValidation: metav1.FieldValidationStrict}
	_, patch := s.typed.CoreV1().ConfigMaps(s.namespace).Patch(ctx, "strict", types.MergePatchType, body, options)
	return all(
		refused("unknown fields", both, apierrors.IsBadRequest,
			`strict decoding error: unknown field "bogus", unknown field "metadata.lables"`),
		refused("an unknown field of a pizza", custom, apierrors.IsBadRequest, `unknown field "spec.topings"`),
		refused("an unknown validation", unknown, apierrors.IsInvalid, `fieldValidation: Unsupported value: "Severe"`),
		equal("whether an unknown field is kept", kept, false),
		refused("an unknown field in a patch", patch, apierrors.IsInvalid, `unknown field "dataa"`),
	)
}

// The patch types that all kinds have.
func patches(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	start := configMap("patched", map[string]string{"a": "1", "b": "2"})
	if _, err := client.Create(ctx, start, metav1.CreateOptions{}); err != nil {
		return err
	}
	patch := func(kind types.PatchType, body string) (*corev1.ConfigMap, error) {
		return client.Patch(ctx, "patched", kind, []byte(body), metav1.PatchOptions{})
	}
	merged, err := patch(types.MergePatchType, `{"data":{"a":null,"c":"3"}}`)
	if err != nil {
		return err
	}
	same, err := patch(types.StrategicMergePatchType, `{"data":{"c":"3"}}`)
	if err != nil {
		return err
	}
	operated, err := patch(types.JSONPatchType, `[{"op":"test","path":"/data/b","value":"2"},{"op":"move","from":"/data/b","path":"/data/d"}]`)
	if err != nil {
		return err
	}
	_, failed := patch(types.JSONPatchType, `[{"op":"test","path":"/data/d","value":"9"}]`)
	_, locked := patch(types.MergePatchType, `{"metadata":{"resourceVersion":"`+merged.ResourceVersion+`"},"data":{"e":"5"}}`)
	_, mistyped := patch(types.MergePatchType, `{"data":{"e":5}}`)
	pizzaClient := s.dynamic.Resource(pizzas).Namespace(s.namespace)
	if _, err := pizzaClient.Create(ctx, pizza("patched"), metav1.CreateOptions{}); err != nil {
		return err
	}
	body := []byte(`{"metadata":{"labels":{"a":"b"}}}`)
	_, strategic := pizzaClient.Patch(ctx, "patched", types.StrategicMergePatchType, body, metav1.PatchOptions{})
	return all(
		equal("merged data", merged.Data, map[string]string{"b": "2", "c": "3"}),
		equal("the version after a patch that changes nothing", same.ResourceVersion, merged.ResourceVersion),
		equal("data after operations", operated.Data, map[string]string{"c": "3", "d": "2"}),
		refused("a failed test", failed, apierrors.IsInvalid, "the server rejected our request"),
		refused("a patch of an older version", locked, apierrors.IsConflict, "the object has been modified"),
		refused("a number for a string", mistyped, apierrors.IsInvalid, "cannot unmarshal number into Go struct field ConfigMap.data of type string"),
		refused("a strategic merge of a pizza", strategic, apierrors.IsUnsupportedMediaType, "the body of the request was in an unknown format"),
	)
}
