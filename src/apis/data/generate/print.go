package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log"
	"path"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
)

// model is a schema of the OpenAPI documents, without its prose.
type model struct {
	Required   []string
	MapType    string          `json:"x-kubernetes-map-type"`
	Unions     json.RawMessage `json:"x-kubernetes-unions"`
	Properties map[string]struct {
		Default       json.RawMessage
		ListType      string   `json:"x-kubernetes-list-type"`
		ListMapKeys   []string `json:"x-kubernetes-list-map-keys"`
		MapType       string   `json:"x-kubernetes-map-type"`
		PatchStrategy string   `json:"x-kubernetes-patch-strategy"`
		PatchMergeKey string   `json:"x-kubernetes-patch-merge-key"`
	}
}

// zeroDefaults say nothing of a field that is always there: OpenAPI has one for each.
var zeroDefaults = []string{"{}", `""`, "0", "false"}

// isZeroDefault: a struct is never left out, whatever its tag says.
func isZeroDefault(f field, text string) bool {
	always := f.goType.Kind() != reflect.Pointer && (!f.omitEmpty || text == "{}")
	return always && slices.Contains(zeroDefaults, text)
}

func readModels(folder string) map[string]model {
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil || len(files) == 0 {
		log.Fatalf("no OpenAPI documents in %s", folder)
	}
	all := map[string]model{}
	for _, file := range files {
		var document struct {
			Components struct{ Schemas map[string]model }
		}
		readDocument(file, &document)
		for name, m := range document.Components.Schemas {
			all[name] = m
		}
	}
	return all
}

// modelOf is the schema of a struct; of one that is nowhere but inside another, that of the other, which has its fields.
func modelOf(t reflect.Type, types []reflect.Type, models map[string]model) model {
	if m, found := models[modelPackage(t)+"."+t.Name()]; found {
		return m
	}
	for _, other := range types {
		if other.Kind() != reflect.Struct {
			continue
		}
		for _, f := range fieldsOf(other) {
			if f.json == "" && f.goType == t {
				m := models[modelPackage(other)+"."+other.Name()]
				return model{Required: m.Required, Properties: m.Properties}
			}
		}
	}
	return model{}
}

// printTypes prints a block a package: a line that begins with `package`, then the types by name, a field a line.
func printTypes(types []reflect.Type, models map[string]model) []byte {
	var out bytes.Buffer
	current := ""
	for _, t := range types {
		if name := packageName(t); name != current {
			current = name
			fmt.Fprintf(&out, "package %s %s %s\n", name, modelPackage(t), goPackage(t))
		}
		if t.Kind() != reflect.Struct {
			fmt.Fprintf(&out, "%s = %s", t.Name(), underlying(t))
			if values := enumValues(t.PkgPath(), t.Name()); values != nil {
				fmt.Fprintf(&out, " enum:%s", compact(values))
			}
			out.WriteByte('\n')
			continue
		}
		m := modelOf(t, types, models)
		fmt.Fprint(&out, t.Name())
		if m.MapType != "" {
			fmt.Fprintf(&out, " map:%s", m.MapType)
		}
		if m.Unions != nil {
			fmt.Fprintf(&out, " unions:%s", compact(m.Unions))
		}
		out.WriteByte('\n')
		for _, f := range fieldsOf(t) {
			printField(&out, t, f, m)
		}
	}
	return out.Bytes()
}

func printField(out *bytes.Buffer, owner reflect.Type, f field, m model) {
	if f.json == "" {
		fmt.Fprintf(out, " + %s %s\n", f.number, expression(f.goType, packageName(owner)))
		return
	}
	fmt.Fprintf(out, " %s", f.json)
	if f.omitEmpty {
		out.WriteByte('?')
	}
	fmt.Fprintf(out, " %s %s", f.number, expression(f.goType, packageName(owner)))
	if slices.Contains(m.Required, f.json) {
		out.WriteString(" !")
	}
	p := m.Properties[f.json]
	if p.ListType != "" {
		fmt.Fprintf(out, " list:%s", strings.Join(append([]string{p.ListType}, p.ListMapKeys...), ","))
	}
	if p.MapType != "" {
		fmt.Fprintf(out, " map:%s", p.MapType)
	}
	if p.PatchStrategy != "" {
		fmt.Fprintf(out, " patch:%s", p.PatchStrategy)
	}
	if p.PatchMergeKey != "" {
		fmt.Fprintf(out, " key:%s", p.PatchMergeKey)
	}
	if d := string(p.Default); d != "" && !isZeroDefault(f, d) {
		fmt.Fprintf(out, " default:%s", d)
	}
	out.WriteByte('\n')
}

func compact(value any) []byte {
	text, err := json.Marshal(value)
	if err != nil {
		log.Fatal(err)
	}
	return text
}

// expression is a type as Go writes it; names of other packages have their package's name before them.
func expression(t reflect.Type, from string) string {
	if t.Name() != "" {
		if t.PkgPath() == "" {
			return t.Name()
		}
		if packageName(t) == from {
			return t.Name()
		}
		return packageName(t) + "." + t.Name()
	}
	switch t.Kind() {
	case reflect.Pointer:
		return "*" + expression(t.Elem(), from)
	case reflect.Slice:
		if t.Elem().Kind() == reflect.Uint8 {
			return "bytes"
		}
		return "[]" + expression(t.Elem(), from)
	case reflect.Map:
		return "map[" + expression(t.Key(), from) + "]" + expression(t.Elem(), from)
	}
	log.Fatalf("no expression for %v", t)
	return ""
}

// underlying is what a named type that is no struct stands for.
func underlying(t reflect.Type) string {
	from := packageName(t)
	switch t.Kind() {
	case reflect.Slice:
		if isMessage(t) {
			return "message []" + expression(t.Elem(), from)
		}
		return "[]" + expression(t.Elem(), from)
	case reflect.Map:
		return "map[" + expression(t.Key(), from) + "]" + expression(t.Elem(), from)
	}
	return t.Kind().String()
}

// isMessage: protobuf wraps the list in a message, with the items as field 1.
func isMessage(t reflect.Type) bool {
	type message interface{ Unmarshal([]byte) error }
	return reflect.PointerTo(t).Implements(reflect.TypeFor[message]())
}

var versionedPackage = regexp.MustCompile(`/v\d\w*$`)

// packageName is short and unique: `core.v1`, `meta.v1`, `resource`.
func packageName(t reflect.Type) string {
	p := t.PkgPath()
	if versionedPackage.MatchString(p) {
		return path.Base(path.Dir(p)) + "." + path.Base(p)
	}
	return path.Base(p)
}

// goPackage is the name that Go prints before the type's own.
func goPackage(t reflect.Type) string {
	name, _, _ := strings.Cut(t.String(), ".")
	return name
}

// modelPackage is the package as OpenAPI and protobuf write it, `io.k8s.api.core.v1`.
func modelPackage(t reflect.Type) string {
	host, rest, _ := strings.Cut(t.PkgPath(), "/")
	labels := strings.Split(host, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".") + "." + strings.ReplaceAll(rest, "/", ".")
}
