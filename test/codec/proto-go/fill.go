package main

import (
	"fmt"
	"strings"
	"time"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
	"sigs.k8s.io/randfill"
)

var (
	texts      = []string{"a", "with blank", "ünï", "日本語", "quote\"\\", "<&>", "__proto__", "1", "\u2028"}
	quantities = []string{"1", "500m", "1Gi", "1536Mi", "0", "12e6", "-3", "1500000000n", "100k"}
	documents  = []string{`{"a":1}`, `[1,"x",null]`, `"text"`, `12345678901234567`, `true`, `{"__proto__":{"b":[]}}`}
)

func pick(c randfill.Continue, from []string) string { return from[c.Intn(len(from))] }

// fill makes an object up, the same one for the same seed. Types with a JSON form of their own get values of it.
func fill(object runtime.Object, seed int64) {
	randfill.NewWithSeed(seed).NilChance(0.3).NumElements(1, 2).MaxDepth(14).Funcs(
		func(s *string, c randfill.Continue) {
			if *s = pick(c, texts); c.Intn(3) == 0 {
				*s = strings.Repeat(*s, c.Intn(30))
			}
		},
		func(t *meta.Time, c randfill.Continue) { t.Time = time.Unix(c.Int63n(4e9), 0).UTC() },
		func(t *meta.MicroTime, c randfill.Continue) { t.Time = time.UnixMicro(c.Int63n(4e15)).UTC() },
		func(*meta.TypeMeta, randfill.Continue) {},
		func(q *resource.Quantity, c randfill.Continue) { *q = resource.MustParse(pick(c, quantities)) },
		func(v *intstr.IntOrString, c randfill.Continue) {
			if *v = intstr.FromInt32(int32(c.Int31()) - 1<<30); c.Bool() {
				*v = intstr.FromString(fmt.Sprintf("%d%%", c.Intn(100)))
			}
		},
		func(r *runtime.RawExtension, c randfill.Continue) { r.Raw = []byte(pick(c, documents)) },
		func(f *meta.FieldsV1, c randfill.Continue) { f.Raw = []byte(`{"f:a":{"k:{\"x\":1}":{}}}`) },
		func(j *apiextensions.JSON, c randfill.Continue) { j.Raw = []byte(pick(c, documents)) },
		fillSchemaOrBool, fillSchemaOrArray, fillSchemaOrStrings,
	).Fill(object)
}

func fillSchemaOrBool(s *apiextensions.JSONSchemaPropsOrBool, c randfill.Continue) {
	if s.Allows = c.Bool(); s.Allows && c.Bool() {
		s.Schema = someSchema(c)
	}
}

func fillSchemaOrArray(s *apiextensions.JSONSchemaPropsOrArray, c randfill.Continue) {
	if c.Bool() {
		s.Schema = someSchema(c)
	} else {
		s.JSONSchemas = []apiextensions.JSONSchemaProps{*someSchema(c), {}}
	}
}

func fillSchemaOrStrings(s *apiextensions.JSONSchemaPropsOrStringArray, c randfill.Continue) {
	if c.Bool() {
		s.Schema = someSchema(c)
	} else {
		s.Property = []string{pick(c, texts)}
	}
}

func someSchema(c randfill.Continue) *apiextensions.JSONSchemaProps {
	minimum := c.Float64()
	return &apiextensions.JSONSchemaProps{Type: pick(c, texts), Minimum: &minimum}
}
