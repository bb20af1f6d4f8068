package main

import (
	"bytes"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"slices"

	"sigs.k8s.io/yaml"
)

// policyObject is one line of bootstrap-policy.jsonl. Labels and annotations that all of them have are left out.
type policyObject struct {
	Kind            string            `json:"kind"`
	Namespace       string            `json:"namespace,omitempty"`
	Name            string            `json:"name"`
	Labels          map[string]string `json:"labels,omitempty"`
	Rules           []policyRule      `json:"rules,omitempty"`
	AggregationRule json.RawMessage   `json:"aggregationRule,omitempty"`
	Subjects        []json.RawMessage `json:"subjects,omitempty"`
	RoleRef         json.RawMessage   `json:"roleRef,omitempty"`
}

type policyRule struct {
	Verbs           []string `json:"verbs"`
	APIGroups       []string `json:"apiGroups,omitempty"`
	Resources       []string `json:"resources,omitempty"`
	ResourceNames   []string `json:"resourceNames,omitempty"`
	NonResourceURLs []string `json:"nonResourceURLs,omitempty"`
}

// policyList is a file of upstream's published policy.
type policyList struct {
	Items []struct {
		policyObject
		Metadata struct {
			Namespace, Name     string
			Labels, Annotations map[string]string
		}
	}
}

// The roles with the features that are on by default, then what is bound to whom.
var policyFiles = []string{
	"cluster-roles", "controller-roles", "cluster-role-bindings", "controller-role-bindings",
	"namespace-roles", "namespace-role-bindings",
}

const (
	bootstrapping = "kubernetes.io/bootstrapping"
	autoupdate    = "rbac.authorization.kubernetes.io/autoupdate"
)

// readPolicy reads the roles and bindings that a cluster has from the start.
func readPolicy(folder string) []policyObject {
	var found []policyObject
	for _, name := range policyFiles {
		text, err := os.ReadFile(filepath.Join(folder, name+".yaml"))
		if err != nil {
			log.Fatal(err)
		}
		var list policyList
		if err := yaml.Unmarshal(text, &list); err != nil {
			log.Fatal(err)
		}
		for _, item := range list.Items {
			object, metadata := item.policyObject, item.Metadata
			if metadata.Labels[bootstrapping] != "rbac-defaults" || metadata.Annotations[autoupdate] != "true" {
				log.Fatalf("%s: not marked as the others are", metadata.Name)
			}
			delete(metadata.Labels, bootstrapping)
			object.Namespace, object.Name, object.Labels = metadata.Namespace, metadata.Name, metadata.Labels
			found = append(found, object)
		}
	}
	if !slices.ContainsFunc(found, func(o policyObject) bool { return o.Name == "cluster-admin" }) {
		log.Fatal("no cluster-admin in upstream's policy")
	}
	return found
}

// printPolicy prints one object a line.
func printPolicy(objects []policyObject) []byte {
	lines := make([][]byte, len(objects))
	for i, object := range objects {
		line, err := json.Marshal(object)
		if err != nil {
			log.Fatal(err)
		}
		lines[i] = line
	}
	return append(bytes.Join(lines, []byte("\n")), '\n')
}
