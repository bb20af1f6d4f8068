package main

import (
	"context"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	corev1apply "k8s.io/client-go/applyconfigurations/core/v1"
)

// Extract what one has applied, change it, apply it: what is no longer named goes.
func applyAndExtract(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	options := metav1.ApplyOptions{FieldManager: "cook"}
	want := corev1apply.ConfigMap("applied", s.namespace).WithData(map[string]string{"a": "1", "b": "2"})
	made, err := client.Apply(ctx, want, options)
	if err != nil {
		return err
	}
	again, err := client.Apply(ctx, want, options)
	if err != nil {
		return err
	}
	other := corev1apply.ConfigMap("applied", s.namespace).
		WithLabels(map[string]string{"by": "waiter"}).WithData(map[string]string{"c": "3"})
	shared, err := client.Apply(ctx, other, metav1.ApplyOptions{FieldManager: "waiter"})
	if err != nil {
		return err
	}
	mine, err := corev1apply.ExtractConfigMap(shared, "cook")
	if err != nil {
		return err
	}
	extracted := len(mine.Data)
	delete(mine.Data, "a")
	mine.Data["b"] = "4"
	end, err := client.Apply(ctx, mine, options)
	if err != nil {
		return err
	}
	theirs, err := corev1apply.ExtractConfigMap(end, "waiter")
	if err != nil {
		return err
	}
	return all(
		equal("the version after applying the same", again.ResourceVersion, made.ResourceVersion),
		equal("how much is extracted", extracted, 2),
		equal("labels extracted", len(mine.Labels), 0),
		equal("the data", end.Data, map[string]string{"b": "4", "c": "3"}),
		equal("the other's data", theirs.Data, map[string]string{"c": "3"}),
		equal("the other's labels", theirs.Labels, map[string]string{"by": "waiter"}),
	)
}

func applyConflict(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	apply := func(manager, value string, force bool) error {
		want := corev1apply.ConfigMap("wanted", s.namespace).WithData(map[string]string{"a": value})
		_, err := client.Apply(ctx, want, metav1.ApplyOptions{FieldManager: manager, Force: force})
		return err
	}
	if err := all(apply("cook", "1", false), apply("waiter", "1", false)); err != nil {
		return err
	}
	conflict := apply("waiter", "2", false)
	named, _ := apierrors.StatusCause(conflict, metav1.CauseTypeFieldManagerConflict)
	if err := apply("guest", "2", true); err != nil {
		return err
	}
	beaten := apply("cook", "1", false)
	current, err := client.Get(ctx, "wanted", metav1.GetOptions{})
	if err != nil {
		return err
	}
	current.Data["a"] = "3"
	if _, err = client.Update(ctx, current, metav1.UpdateOptions{FieldManager: "editor"}); err != nil {
		return err
	}
	edited := apply("guest", "2", false)
	return all(
		refused("another value", conflict, apierrors.IsConflict, `Apply failed with 1 conflict: conflict with "cook": .data.a`),
		equal("the conflict's field", named.Field, ".data.a"),
		refused("what was taken by force", beaten, apierrors.IsConflict, `conflict with "guest": .data.a`),
		refused("what was updated since", edited, apierrors.IsConflict, `conflict with "editor" using v1: .data.a`),
	)
}
