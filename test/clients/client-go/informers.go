package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"sync"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic/dynamicinformer"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/tools/cache"
)

var pizzas = schema.GroupVersionResource{Group: "restaurant.wukong.com", Version: "v1beta1", Resource: "pizzas"}

var configMaps = schema.GroupVersionResource{Version: "v1", Resource: "configmaps"}

// Prints what an informer notices, a line each, until stdin is closed. "synced" says that it has the initial list.
// At the end its cache is printed too.
func tell(ctx context.Context, s *session, informer cache.SharedIndexInformer, state func(metav1.Object) string) error {
	out := &lines{}
	line := func(what string, object any) {
		if gone, ok := object.(cache.DeletedFinalStateUnknown); ok {
			what, object = what+"-unseen", gone.Obj
		}
		meta := object.(metav1.Object)
		out.print("%s %s %s", what, meta.GetName(), state(meta))
	}
	registration, err := informer.AddEventHandler(cache.ResourceEventHandlerDetailedFuncs{
		AddFunc: func(object any, _ bool) { line("add", object) },
		UpdateFunc: func(before, after any) {
			if before.(metav1.Object).GetResourceVersion() != after.(metav1.Object).GetResourceVersion() {
				line("update", after)
			}
		},
		DeleteFunc: func(object any) { line("delete", object) },
	})
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, bufio.NewReader(os.Stdin))
		cancel()
	}()
	go informer.RunWithContext(ctx)
	if !cache.WaitForCacheSync(ctx.Done(), registration.HasSynced) {
		return fmt.Errorf("the informer never had the initial list")
	}
	out.print("synced")
	<-ctx.Done()
	for _, object := range informer.GetStore().List() {
		line("kept", object)
	}
	return isTrue("the list came by a watch", s.sent.initialEvents.Load() > 0)
}

type lines struct{ lock sync.Mutex }

func (l *lines) print(format string, values ...any) {
	l.lock.Lock()
	defer l.lock.Unlock()
	fmt.Printf(format+"\n", values...)
}

func tellConfigMaps(ctx context.Context, s *session) error {
	factory := informers.NewSharedInformerFactoryWithOptions(s.typed, 0, informers.WithNamespace(s.namespace))
	return tell(ctx, s, factory.Core().V1().ConfigMaps().Informer(), func(object metav1.Object) string {
		return object.(*corev1.ConfigMap).Data["value"]
	})
}

func tellPizzas(ctx context.Context, s *session) error {
	factory := dynamicinformer.NewFilteredDynamicSharedInformerFactory(s.dynamic, 0, s.namespace, nil)
	return tell(ctx, s, factory.ForResource(pizzas).Informer(), func(object metav1.Object) string {
		toppings, _, _ := unstructured.NestedSlice(object.(*unstructured.Unstructured).Object, "spec", "toppings")
		return fmt.Sprint(toppings...)
	})
}

func tellMetadata(ctx context.Context, s *session) error {
	factory := metadatainformer.NewFilteredSharedInformerFactory(s.metadata, 0, s.namespace, nil)
	return tell(ctx, s, factory.ForResource(configMaps).Informer(), func(object metav1.Object) string {
		return object.(*metav1.PartialObjectMetadata).Labels["value"]
	})
}
