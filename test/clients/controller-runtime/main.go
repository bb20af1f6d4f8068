// Command controllerruntime is an operator as controller-runtime wants it written: leader election, owned objects, a
// watch of metadata alone, a finalizer, events, server-side apply and status conditions. It says on standard output what
// it does, a line each. Other operators are in packages of their own, and run instead of it when a flag asks for one.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"time"

	"controllerruntime/ferries"

	"github.com/go-logr/logr/funcr"
	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	clientgoscheme "k8s.io/client-go/kubernetes/scheme"
	"operator-go/pizza"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/builder"
	"sigs.k8s.io/controller-runtime/pkg/cache"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/manager"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
	"sigs.k8s.io/controller-runtime/pkg/predicate"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
	"sigs.k8s.io/controller-runtime/pkg/webhook"
)

func main() {
	namespace := flag.String("namespace", "default", "where to work")
	pizzas := flag.Bool("pizzas", false, "run the controller of examples/operator-go, and nothing else")
	port := flag.Int("ferries", 0, "run the operator of ferries, with its webhooks at this port, and nothing else")
	certs := flag.String("certs", "", "folder with tls.crt and tls.key of the webhooks")
	flag.Parse()
	var err error
	if *port != 0 {
		err = runFerries(*namespace, *port, *certs)
	} else {
		err = run(*namespace, *pizzas)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func setLogger() {
	ctrl.SetLogger(funcr.New(func(prefix, args string) { fmt.Fprintln(os.Stderr, prefix, args) }, funcr.Options{}))
}

// runFerries runs without leader election: webhooks are served by every instance, and there is one.
func runFerries(namespace string, port int, certs string) error {
	setLogger()
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	ferries.AddToScheme(clientgoscheme.Scheme)
	options := options(namespace)
	options.LeaderElection = false
	options.WebhookServer = webhook.NewServer(webhook.Options{Host: "127.0.0.1", Port: port, CertDir: certs})
	mgr, err := ctrl.NewManager(config, options)
	if err != nil {
		return err
	}
	if err := ferries.AddToManager(mgr); err != nil {
		return err
	}
	serving := manager.RunnableFunc(func(ctx context.Context) error {
		for mgr.GetWebhookServer().StartedChecker()(nil) != nil && ctx.Err() == nil {
			time.Sleep(20 * time.Millisecond)
		}
		fmt.Println("serving")
		return nil
	})
	if err := mgr.Add(serving); err != nil {
		return err
	}
	return mgr.Start(ctrl.SetupSignalHandler())
}

// run reads --kubeconfig, which is a flag of controller-runtime's own.
func run(namespace string, pizzas bool) error {
	setLogger()
	config, err := ctrl.GetConfig()
	if err != nil {
		return err
	}
	scheme := clientgoscheme.Scheme
	addToScheme(scheme)
	mgr, err := ctrl.NewManager(config, options(namespace))
	if err != nil {
		return err
	}
	leads := manager.RunnableFunc(func(ctx context.Context) error {
		fmt.Println("leading")
		<-ctx.Done()
		return nil
	})
	if err := mgr.Add(leads); err != nil {
		return err
	}
	if pizzas {
		if err := pizza.AddToManager(mgr); err != nil {
			return err
		}
		return mgr.Start(ctrl.SetupSignalHandler())
	}
	shops := &shops{Client: mgr.GetClient(), events: mgr.GetEventRecorder("shop-operator")}
	err = ctrl.NewControllerManagedBy(mgr).
		For(&Shop{}, builder.WithPredicates(predicate.GenerationChangedPredicate{})).
		Owns(&appsv1.Deployment{}).
		Owns(&corev1.Secret{}).
		WatchesMetadata(&corev1.ConfigMap{}, handler.EnqueueRequestsFromMapFunc(shopOfConfig)).
		Complete(shops)
	if err != nil {
		return err
	}
	fmt.Println("started")
	return mgr.Start(ctrl.SetupSignalHandler())
}

// The times are short, so that a test sees how one takes over from another that was killed.
func options(namespace string) ctrl.Options {
	lease, renew, retry := 2*time.Second, 1500*time.Millisecond, 200*time.Millisecond
	return ctrl.Options{
		Scheme:                        clientgoscheme.Scheme,
		Cache:                         cache.Options{DefaultNamespaces: map[string]cache.Config{namespace: {}}},
		LeaderElection:                true,
		LeaderElectionID:              "shop-operator",
		LeaderElectionNamespace:       namespace,
		LeaderElectionReleaseOnCancel: true,
		LeaseDuration:                 &lease,
		RenewDeadline:                 &renew,
		RetryPeriod:                   &retry,
		Metrics:                       metricsserver.Options{BindAddress: "0"},
		HealthProbeBindAddress:        "0",
	}
}

// A ConfigMap that names a shop in an annotation is a reason to look at the shop: its data is never read.
func shopOfConfig(_ context.Context, object client.Object) []reconcile.Request {
	name := object.GetAnnotations()["example.wukong.com/shop"]
	if name == "" {
		return nil
	}
	if _, ok := object.(*metav1.PartialObjectMetadata); ok {
		fmt.Printf("metadata of %s for %s\n", object.GetName(), name)
	}
	return []reconcile.Request{{NamespacedName: client.ObjectKey{Namespace: object.GetNamespace(), Name: name}}}
}
