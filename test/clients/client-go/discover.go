package main

import (
	"context"
	"fmt"

	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/sets"
	"k8s.io/client-go/discovery"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/restmapper"
)

// The aggregated documents and the single ones say the same.
func discoverAll(ctx context.Context, s *session) error {
	client, err := discovery.NewDiscoveryClientForConfig(s.config)
	if err != nil {
		return err
	}
	found, err := client.ServerPreferredResourcesWithContext(ctx)
	if err != nil {
		return err
	}
	_, aggregated, err := client.ServerGroupsAndResourcesWithContext(ctx)
	if err != nil {
		return err
	}
	client.UseLegacyDiscovery = true
	_, single, err := client.ServerGroupsAndResourcesWithContext(ctx)
	if err != nil {
		return err
	}
	version, err := client.ServerVersionWithContext(ctx)
	if err != nil {
		return err
	}
	documents, err := client.OpenAPIV3WithContext(ctx).PathsWithContext(ctx)
	if err != nil {
		return err
	}
	want := sets.New("v1 configmaps", "v1 namespaces", "v1 secrets", "v1 serviceaccounts", "apps/v1 deployments",
		"coordination.k8s.io/v1 leases", "restaurant.wukong.com/v1beta1 pizzas", "restaurant.wukong.com/v1alpha1 toppings")
	return all(
		equal("what is missing", sets.List(want.Difference(namesIn(found))), []string{}),
		equal("what the single documents say", sets.List(factsIn(single)), sets.List(factsIn(aggregated))),
		isTrue("the server has a version", version.Major == "1" && version.GitVersion != ""),
		isTrue("apps/v1 has an OpenAPI document", documents["apis/apps/v1"] != nil),
	)
}

func namesIn(lists []*metav1.APIResourceList) sets.Set[string] {
	names := sets.New[string]()
	for _, list := range lists {
		for _, resource := range list.APIResources {
			names.Insert(list.GroupVersion + " " + resource.Name)
		}
	}
	return names
}

// Of subresources too, whose kind may be of another group.
func factsIn(lists []*metav1.APIResourceList) sets.Set[string] {
	facts := sets.New[string]()
	for _, list := range lists {
		for _, r := range list.APIResources {
			facts.Insert(fmt.Sprintf("%s %s: %q %q %s namespaced=%t %v %v %v",
				list.GroupVersion, r.Name, r.Group, r.Version, r.Kind, r.Namespaced, r.Verbs, r.ShortNames, r.Categories))
		}
	}
	return facts
}

// From kinds and short names to resources.
func restMapper(_ context.Context, s *session) error {
	client, err := discovery.NewDiscoveryClientForConfig(s.config)
	if err != nil {
		return err
	}
	cached := memory.NewMemCacheClient(client)
	deferred := restmapper.NewDeferredDiscoveryRESTMapper(cached)
	mapper := restmapper.NewShortcutExpander(deferred, cached, nil)
	mapping, err := mapper.RESTMapping(schema.GroupKind{Group: pizzas.Group, Kind: "Pizza"})
	if err != nil {
		return err
	}
	topping, err := mapper.RESTMapping(schema.GroupKind{Group: pizzas.Group, Kind: "Topping"})
	if err != nil {
		return err
	}
	short, err := mapper.ResourceFor(schema.GroupVersionResource{Resource: "deploy"})
	if err != nil {
		return err
	}
	kind, err := mapper.KindFor(schema.GroupVersionResource{Resource: "cm"})
	if err != nil {
		return err
	}
	_, missing := mapper.RESTMapping(schema.GroupKind{Group: pizzas.Group, Kind: "Pasta"})
	return all(
		equal("the preferred resource of pizzas", mapping.Resource, pizzas),
		equal("the scope of pizzas", mapping.Scope.Name(), meta.RESTScopeNameNamespace),
		equal("the scope of toppings", topping.Scope.Name(), meta.RESTScopeNameRoot),
		equal("the version of toppings", topping.Resource.Version, "v1alpha1"),
		equal("what deploy is", short, schema.GroupVersionResource{Group: "apps", Version: "v1", Resource: "deployments"}),
		equal("what cm is", kind, schema.GroupVersionKind{Version: "v1", Kind: "ConfigMap"}),
		refused("an unknown kind", missing, meta.IsNoMatchError, `no matches for kind "Pasta"`),
	)
}
