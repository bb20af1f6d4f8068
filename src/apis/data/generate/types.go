package main

import (
	"log"
	"reflect"
	"regexp"
	"slices"
	"strings"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// schemeTypes is the part of runtime.Scheme that is used.
type schemeTypes interface {
	AllKnownTypes() map[schema.GroupVersionKind]reflect.Type
}

func newScheme() schemeTypes {
	all := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(all))
	utilruntime.Must(apiextensions.AddToScheme(all))
	utilruntime.Must(apiregistration.AddToScheme(all))
	return all
}

// metaTypes are types that requests and answers of every group have.
func metaTypes() []reflect.Type {
	return []reflect.Type{
		reflect.TypeFor[meta.DeleteOptions](), reflect.TypeFor[meta.ListMeta](), reflect.TypeFor[meta.Status](),
		reflect.TypeFor[meta.PartialObjectMetadata](), reflect.TypeFor[meta.WatchEvent](),
	}
}

// wellKnown are the types with a JSON form of their own. Who reads the data knows them by name.
var wellKnown = map[reflect.Type]bool{
	reflect.TypeFor[meta.Time]():                                  true,
	reflect.TypeFor[meta.MicroTime]():                             true,
	reflect.TypeFor[meta.FieldsV1]():                              true,
	reflect.TypeFor[resource.Quantity]():                          true,
	reflect.TypeFor[intstr.IntOrString]():                         true,
	reflect.TypeFor[runtime.RawExtension]():                       true,
	reflect.TypeFor[apiextensions.JSON]():                         true,
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrArray]():       true,
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrBool]():        true,
	reflect.TypeFor[apiextensions.JSONSchemaPropsOrStringArray](): true,
}

// field is a member of a Go struct as its tags describe it.
type field struct {
	goName string
	// json is empty for an embedded struct: its members stand among those of the struct itself.
	json string
	// omitEmpty: JSON leaves an empty value out. A struct is never empty for `omitempty`, only for `omitzero`.
	omitEmpty bool
	// number is the one that protobuf has.
	number string
	goType reflect.Type
}

// collectTypes are the named types that the roots are made of, the roots included. Options that are query parameters
// and are never sent as a body are left out: they have no protobuf form.
func collectTypes(roots []reflect.Type) []reflect.Type {
	found := map[reflect.Type]bool{}
	var visit func(t reflect.Type)
	visit = func(t reflect.Type) {
		if found[t] || wellKnown[t] {
			return
		}
		if t.Name() != "" && t.PkgPath() != "" {
			found[t] = true
		}
		switch t.Kind() {
		case reflect.Pointer, reflect.Slice:
			visit(t.Elem())
		case reflect.Map:
			visit(t.Key())
			visit(t.Elem())
		case reflect.Struct:
			checkPlain(t)
			for _, f := range fieldsOf(t) {
				visit(f.goType)
			}
		}
	}
	for _, t := range roots {
		visit(t)
	}
	types := make([]reflect.Type, 0, len(found))
	for t := range found {
		types = append(types, t)
	}
	slices.SortFunc(types, func(a, b reflect.Type) int {
		return strings.Compare(packageName(a)+" "+a.Name(), packageName(b)+" "+b.Name())
	})
	return types
}

// checkPlain stops at a type that reads its own JSON and is not in wellKnown.
func checkPlain(t reflect.Type) {
	type unmarshaler interface{ UnmarshalJSON([]byte) error }
	if reflect.PointerTo(t).Implements(reflect.TypeFor[unmarshaler]()) && !embedsUnmarshaler(t) {
		log.Fatalf("%v reads its own JSON: say in wellKnown and in the code what it is", t)
	}
}

func embedsUnmarshaler(t reflect.Type) bool {
	for i := range t.NumField() {
		if f := t.Field(i); f.Anonymous && wellKnown[f.Type] {
			return true
		}
	}
	return false
}

var numberTag = regexp.MustCompile(`^\w+,(\d+)`)

func fieldsOf(t reflect.Type) []field {
	var fields []field
	for i := range t.NumField() {
		f := t.Field(i)
		tag, inline := f.Tag.Get("json"), f.Anonymous
		if f.Type == reflect.TypeFor[meta.TypeMeta]() || tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		if name != "" {
			inline = false
		}
		number := numberTag.FindStringSubmatch(f.Tag.Get("protobuf"))
		if number == nil {
			log.Fatalf("%v.%s has no protobuf number", t, f.Name)
		}
		one := field{goName: f.Name, json: name, number: number[1], goType: f.Type}
		one.omitEmpty = strings.Contains(options, "omitzero") ||
			strings.Contains(options, "omitempty") && f.Type.Kind() != reflect.Struct
		if inline {
			one.json = ""
		} else if name == "" {
			log.Fatalf("%v.%s has no JSON name", t, f.Name)
		}
		fields = append(fields, one)
	}
	return fields
}
