// Command generate reduces what Kubernetes publishes about its API to the data files in the folder
// above: types.txt, resources.jsonl and bootstrap-policy.jsonl. Run it with `npm run data` when the version moves: go.mod and
// kubernetesVersion name the version.
package main

import (
	"cmp"
	"encoding/json"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"

	"k8s.io/apimachinery/pkg/runtime/schema"
)

const kubernetesVersion = "v1.36.3"

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: generate <folder of the data files>")
	}
	out := os.Args[1]
	documents := kubernetesFolder()
	resources := readResources(filepath.Join(documents, "api", "discovery"))
	write(filepath.Join(out, "resources.jsonl"), printResources(resources))
	policy := filepath.Join(documents, "plugin", "pkg", "auth", "authorizer", "rbac", "bootstrappolicy", "testdata")
	write(filepath.Join(out, "bootstrap-policy.jsonl"), printPolicy(readPolicy(policy)))

	scheme := newScheme()
	found := collectTypes(rootTypes(scheme, resources))
	models := readModels(filepath.Join(documents, "api", "openapi-spec", "v3"))
	write(filepath.Join(out, "types.txt"), printTypes(found, models))
	checkNumbers(found)
}

// kubernetesFolder is where the module k8s.io/kubernetes is, fetched if need be. It can't stand in go.mod: it is made
// to be built in its own tree only.
func kubernetesFolder() string {
	command := exec.Command("go", "mod", "download", "-json", "k8s.io/kubernetes@"+kubernetesVersion)
	command.Dir = os.TempDir()
	output, err := command.Output()
	if err != nil {
		log.Fatalf("k8s.io/kubernetes %s: %v", kubernetesVersion, err)
	}
	var module struct{ Dir string }
	if err := json.Unmarshal(output, &module); err != nil {
		log.Fatal(err)
	}
	return module.Dir
}

func write(path string, text []byte) {
	if err := os.WriteFile(path, text, 0o644); err != nil {
		log.Fatal(err)
	}
	fmt.Printf("%s: %d bytes\n", filepath.Base(path), len(text))
}

// rootTypes are the Go types of everything that a request can carry: the kinds of resources and subresources, and the
// options of verbs.
func rootTypes(scheme schemeTypes, resources []servedResource) []reflect.Type {
	kinds := map[schema.GroupVersionKind]bool{}
	for _, r := range resources {
		kinds[schema.GroupVersionKind{Group: r.Group, Version: r.Version, Kind: r.Kind}] = true
		for _, s := range r.Subresources {
			group := r.Group
			if s.Version != "" {
				group = s.Group
			}
			kind := schema.GroupVersionKind{Group: group, Version: cmp.Or(s.Version, r.Version), Kind: cmp.Or(s.Kind, r.Kind)}
			kinds[kind] = true
		}
	}
	types := metaTypes()
	for kind := range kinds {
		t, known := scheme.AllKnownTypes()[kind]
		if !known {
			log.Fatalf("%v is in discovery, but has no Go type", kind)
		}
		types = append(types, t)
	}
	return types
}
