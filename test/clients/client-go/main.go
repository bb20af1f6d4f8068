// Command clientgo is what a controller written with client-go does to an API server, a scenario a run.
//
// Everything is as client-go has it by default: lists are streamed by watches, typed clients speak protobuf.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"time"

	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// What every scenario works with. The namespace is its own and empty.
type session struct {
	config    *rest.Config
	typed     *kubernetes.Clientset
	dynamic   *dynamic.DynamicClient
	metadata  metadata.Interface
	namespace string
	sent      *record
}

var scenarios = map[string]func(context.Context, *session) error{
	"apply":             applyAndExtract,
	"apply-conflict":    applyConflict,
	"crud":              crud,
	"delete-collection": deleteCollection,
	"discovery":         discoverAll,
	"dry-run":           dryRun,
	"dynamic-crud":      dynamicCRUD,
	"field-validation":  fieldValidation,
	"generate-name":     generateName,
	"leader-election":   leaderElection,
	"old-watch":         oldWatch,
	"paging":            paging,
	"patches":           patches,
	"retry-on-conflict": retryOnConflict,
	"rest-mapper":       restMapper,
	"scale":             scaleDeployment,
	"strategic-merge":   strategicMerge,
	"tell-configmaps":   tellConfigMaps,
	"tell-metadata":     tellMetadata,
	"tell-pizzas":       tellPizzas,
	"wait-for-expiry":   watchExpires,
	"whoami":            whoami,
}

func main() {
	kubeconfig := flag.String("kubeconfig", "", "how to reach the server")
	namespace := flag.String("namespace", "default", "where to work")
	limit := flag.Duration("limit", 50*time.Second, "how long the scenario may take")
	flag.Parse()
	run, known := scenarios[flag.Arg(0)]
	if !known {
		names := slices.Collect(keys(scenarios))
		sort.Strings(names)
		fail("usage: clientgo [flags] scenario; scenarios: " + strings.Join(names, " "))
	}
	session, err := connect(*kubeconfig, *namespace)
	if err != nil {
		fail(err.Error())
	}
	ctx, cancel := context.WithTimeout(context.Background(), *limit)
	defer cancel()
	if err := run(ctx, session); err != nil {
		fail(fmt.Sprintf("%s: %v", flag.Arg(0), err))
	}
}

func keys[V any](m map[string]V) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for key := range m {
			if !yield(key) {
				return
			}
		}
	}
}

func fail(message string) {
	fmt.Fprintln(os.Stderr, message)
	os.Exit(1)
}

func connect(kubeconfig, namespace string) (*session, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	config.QPS = -1
	sent := &record{}
	config.Wrap(sent.wrap)
	typed, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	untyped, err := dynamic.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	partial, err := metadata.NewForConfig(config)
	if err != nil {
		return nil, err
	}
	return &session{config, typed, untyped, partial, namespace, sent}, nil
}
