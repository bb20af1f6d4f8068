package main

import (
	"context"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/watch"
	"k8s.io/client-go/tools/pager"
)

// A watch from a version of the past: everything since then, in order.
func oldWatch(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	start, err := client.List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	made, err := client.Create(ctx, configMap("w", nil), metav1.CreateOptions{})
	if err != nil {
		return err
	}
	for _, value := range []string{"1", "2"} {
		made.Data = map[string]string{"value": value}
		if made, err = client.Update(ctx, made, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	if err := client.Delete(ctx, "w", metav1.DeleteOptions{}); err != nil {
		return err
	}
	stream, err := client.Watch(ctx, metav1.ListOptions{ResourceVersion: start.ResourceVersion})
	if err != nil {
		return err
	}
	defer stream.Stop()
	var seen []string
	for event := range stream.ResultChan() {
		object, ok := event.Object.(*corev1.ConfigMap)
		if !ok {
			return fmt.Errorf("an event %s of %T", event.Type, event.Object)
		}
		seen = append(seen, fmt.Sprintf("%s %s%s", event.Type, object.Name, object.Data["value"]))
		if event.Type == watch.Deleted {
			break
		}
	}
	return equal("the events", seen, []string{"ADDED w", "MODIFIED w1", "MODIFIED w2", "DELETED w2"})
}

// Where the server's history is short, a watch from before it, and a list that is continued too late, say 410.
func watchExpires(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	for _, name := range []string{"a", "b"} {
		if _, err := client.Create(ctx, configMap(name, nil), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	page, err := client.List(ctx, metav1.ListOptions{Limit: 1})
	if err != nil {
		return err
	}
	object := &page.Items[0]
	err = eventually(ctx, "the first version is too old for a watch", func() (bool, error) {
		object.Data = map[string]string{"value": object.ResourceVersion}
		if object, err = client.Update(ctx, object, metav1.UpdateOptions{}); err != nil {
			return false, err
		}
		return expired(ctx, s, page.ResourceVersion)
	})
	if err != nil {
		return err
	}
	_, late := client.List(ctx, metav1.ListOptions{Limit: 1, Continue: page.Continue})
	first := true
	list := func(ctx context.Context, options metav1.ListOptions) (runtime.Object, error) {
		if first {
			first = false
			return page, nil
		}
		return client.List(ctx, options)
	}
	whole, _, err := pager.New(list).List(ctx, metav1.ListOptions{})
	if err != nil {
		return err
	}
	return all(
		refused("the next page", late, apierrors.IsResourceExpired, "The provided continue parameter is too old"),
		equal("the number of items after all", len(whole.(*corev1.ConfigMapList).Items), 2),
	)
}

// Whether a watch from there ends at once with 410.
func expired(ctx context.Context, s *session, version string) (bool, error) {
	stream, err := s.typed.CoreV1().ConfigMaps(s.namespace).Watch(ctx, metav1.ListOptions{ResourceVersion: version})
	if err != nil {
		return apierrors.IsResourceExpired(err), nil
	}
	defer stream.Stop()
	event := <-stream.ResultChan()
	if event.Type != watch.Error {
		return false, nil
	}
	err = apierrors.FromObject(event.Object)
	return true, refused("an old watch", err, apierrors.IsResourceExpired, "too old resource version")
}

// Pages of a list are all of one moment.
func paging(ctx context.Context, s *session) error {
	client := s.typed.CoreV1().ConfigMaps(s.namespace)
	for i := range 7 {
		if _, err := client.Create(ctx, configMap(fmt.Sprintf("c%d", i), nil), metav1.CreateOptions{}); err != nil {
			return err
		}
	}
	versions := map[string]bool{}
	var names []string
	var left []int64
	options := metav1.ListOptions{Limit: 3}
	for {
		page, err := client.List(ctx, options)
		if err != nil {
			return err
		}
		versions[page.ResourceVersion] = true
		for _, object := range page.Items {
			names = append(names, object.Name)
		}
		if page.RemainingItemCount != nil {
			left = append(left, *page.RemainingItemCount)
		}
		if options.Continue = page.Continue; page.Continue == "" {
			break
		}
	}
	return all(
		equal("the names", names, []string{"c0", "c1", "c2", "c3", "c4", "c5", "c6"}),
		equal("what was said to be left", left, []int64{4, 1}),
		equal("the number of moments", len(versions), 1),
	)
}
