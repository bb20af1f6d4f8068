package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"log"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// servedResource is one line of resources.jsonl. What is as for most resources is left out.
type servedResource struct {
	Group        string        `json:"group"`
	Version      string        `json:"version"`
	Name         string        `json:"name"`
	Singular     string        `json:"singular"`
	Kind         string        `json:"kind"`
	Cluster      bool          `json:"cluster,omitempty"`
	ShortNames   []string      `json:"shortNames,omitempty"`
	Categories   []string      `json:"categories,omitempty"`
	Verbs        []string      `json:"verbs,omitempty"`
	Subresources []subresource `json:"subresources,omitempty"`
}

// subresource leaves out what it shares with its resource, and verbs that are get, patch and update.
type subresource struct {
	Name    string   `json:"name"`
	Group   string   `json:"group,omitempty"`
	Version string   `json:"version,omitempty"`
	Kind    string   `json:"kind,omitempty"`
	Verbs   []string `json:"verbs,omitempty"`
}

var (
	allVerbs         = []string{"create", "delete", "deletecollection", "get", "list", "patch", "update", "watch"}
	subresourceVerbs = []string{"get", "patch", "update"}
	stable           = regexp.MustCompile(`^v\d+$`)
)

// groupList and resourceList are what readResources needs of the documents of the same kinds.
type groupList struct {
	Groups []struct {
		Name     string
		Versions []struct{ Version string }
	}
}

type resourceList struct{ Resources []listedResource }

type listedResource struct {
	Name, SingularName, Kind, Group, Version string
	Namespaced                               bool
	ShortNames, Categories, Verbs            []string
}

// readResources reads the resources of all stable versions: groups and versions in the order that discovery tells.
func readResources(folder string) []servedResource {
	found := versionResources(folder, "", "v1")
	var groups groupList
	readDocument(filepath.Join(folder, "apis.json"), &groups)
	for _, group := range groups.Groups {
		for _, version := range group.Versions {
			if stable.MatchString(version.Version) {
				found = append(found, versionResources(folder, group.Name, version.Version)...)
			}
		}
	}
	return found
}

func versionResources(folder, group, version string) []servedResource {
	name := "api__v1.json"
	if group != "" {
		name = "apis__" + group + "__" + version + ".json"
	}
	var list resourceList
	readDocument(filepath.Join(folder, name), &list)
	slices.SortFunc(list.Resources, func(a, b listedResource) int { return cmp.Compare(a.Name, b.Name) })
	var found []servedResource
	for _, r := range list.Resources {
		if _, name, ok := strings.Cut(r.Name, "/"); ok {
			owner := &found[len(found)-1]
			sub := subresource{Name: name, Group: r.Group, Version: r.Version, Verbs: unless(subresourceVerbs, r.Verbs)}
			if r.Kind != owner.Kind {
				sub.Kind = r.Kind
			}
			owner.Subresources = append(owner.Subresources, sub)
			continue
		}
		found = append(found, servedResource{
			Group: group, Version: version, Name: r.Name, Singular: r.SingularName, Kind: r.Kind, Cluster: !r.Namespaced,
			ShortNames: r.ShortNames, Categories: r.Categories, Verbs: unless(allVerbs, r.Verbs),
		})
	}
	return found
}

func readDocument(path string, into any) {
	text, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(text, into)
	}
	if err != nil {
		log.Fatal(err)
	}
}

// unless is the verbs, or nothing when they are the usual ones.
func unless(usual, verbs []string) []string {
	if slices.Equal(usual, verbs) {
		return nil
	}
	return verbs
}

// printResources prints one resource a line.
func printResources(resources []servedResource) []byte {
	lines := make([][]byte, len(resources))
	for i, r := range resources {
		line, err := json.Marshal(r)
		if err != nil {
			log.Fatal(err)
		}
		lines[i] = line
	}
	return append(bytes.Join(lines, []byte("\n")), '\n')
}
