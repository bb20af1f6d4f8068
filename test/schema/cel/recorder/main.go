// Reads requests as JSON lines and writes what Kubernetes' own CEL answers, a line each: how the files beside the tests
// were recorded. `go run . < requests.jsonl`
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"time"
	"sort"

	celgo "github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"github.com/google/cel-go/common/types/traits"
	"github.com/google/cel-go/checker"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/validation"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	scel "k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/model"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/validation/field"
	utiljson "k8s.io/apimachinery/pkg/util/json"
	apiservercel "k8s.io/apiserver/pkg/cel"
	"k8s.io/apiserver/pkg/cel/common"
	"k8s.io/apiserver/pkg/cel/environment"
	"k8s.io/apiserver/pkg/cel/library"
)

type request struct {
	Mode   string          `json:"mode"`
	Schema json.RawMessage `json:"schema"`
	Root   bool            `json:"root"`
	Expr   string          `json:"expr"`
	Object json.RawMessage `json:"object"`
	Old    json.RawMessage `json:"old"`
}

type fieldError struct {
	Type  string `json:"type"`
	Field string `json:"field"`
	Text  string `json:"text"`
}

type est struct{ root *apiservercel.DeclType }

func (c *est) EstimateSize(element checker.AstNode) *checker.SizeEstimate {
	if len(element.Path()) == 0 {
		return nil
	}
	n := c.root
	for _, name := range element.Path()[1:] {
		switch name {
		case "@items", "@values":
			if n.ElemType == nil {
				return nil
			}
			n = n.ElemType
		case "@keys":
			if n.KeyType == nil {
				return nil
			}
			n = n.KeyType
		default:
			f, ok := n.Fields[name]
			if !ok || f.Type == nil {
				return nil
			}
			n = f.Type
		}
	}
	return &checker.SizeEstimate{Min: 0, Max: uint64(n.MaxElements)}
}
func (c *est) EstimateCallCost(function, overloadID string, target *checker.AstNode, args []checker.AstNode) *checker.CallEstimate {
	return nil
}

func toV1(raw json.RawMessage) *apiextensions.JSONSchemaProps {
	var v1 apiextv1.JSONSchemaProps
	if err := json.Unmarshal(raw, &v1); err != nil {
		panic(err)
	}
	var out apiextensions.JSONSchemaProps
	if err := apiextv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(&v1, &out, nil); err != nil {
		panic(err)
	}
	return &out
}

func errs(list field.ErrorList) []fieldError {
	out := []fieldError{}
	for _, e := range list {
		out = append(out, fieldError{string(e.Type), e.Field, e.ErrorBody()})
	}
	return out
}

func show(v ref.Val) any {
	switch t := v.(type) {
	case types.Int:
		return fmt.Sprintf("%di", int64(t))
	case types.Uint:
		return fmt.Sprintf("%du", uint64(t))
	case types.Double:
		return fmt.Sprintf("%vd", float64(t))
	case types.String:
		return "s:" + string(t)
	case types.Bool:
		return bool(t)
	case types.Null:
		return nil
	case types.Bytes:
		return fmt.Sprintf("b:%x", []byte(t))
	case types.Timestamp:
		return "t:" + t.Time.Format(time.RFC3339Nano)
	case types.Duration:
		return fmt.Sprintf("d:%d", int64(t.Duration))
	case *types.Optional:
		if t.HasValue() {
			return map[string]any{"optional": show(t.GetValue())}
		}
		return map[string]any{"optional": "none"}
	case *types.Type:
		return "type:" + t.TypeName()
	case traits.Lister:
		out := []any{}
		for it := t.Iterator(); it.HasNext() == types.True; {
			out = append(out, show(it.Next()))
		}
		return out
	case traits.Mapper:
		keys := []string{}
		m := map[string]any{}
		for it := t.Iterator(); it.HasNext() == types.True; {
			k := it.Next()
			ks := fmt.Sprint(show(k))
			keys = append(keys, ks)
			m[ks] = show(t.Get(k))
		}
		sort.Strings(keys)
		return m
	}
	return fmt.Sprintf("%s:%v", v.Type().TypeName(), v.Value())
}

func eval(r request) (out map[string]any) {
	out = map[string]any{}
	defer func() {
		if e := recover(); e != nil {
			out["panic"] = fmt.Sprint(e)
		}
	}()
	internal := toV1(r.Schema)
	ss, err := structural.NewStructural(internal)
	if err != nil {
		out["structural"] = err.Error()
		return
	}
	decl := model.SchemaDeclType(ss, r.Root)
	if decl == nil {
		out["structural"] = "no decl type"
		return
	}
	scoped := decl.MaybeAssignTypeName("selfType")
	env, err := environment.MustBaseEnvSet(environment.DefaultCompatibilityVersion()).Extend(environment.VersionedOptions{
		IntroducedVersion: environment.DefaultCompatibilityVersion(),
		EnvOptions:        []celgo.EnvOption{celgo.Variable("self", scoped.CelType()), celgo.Variable("oldSelf", scoped.CelType())},
		DeclTypes:         []*apiservercel.DeclType{scoped},
	})
	if err != nil {
		panic(err)
	}
	e := env.NewExpressionsEnv()
	ast, issues := e.Compile(r.Expr)
	if issues != nil {
		out["issues"] = issues.String()
		return
	}
	out["type"] = ast.OutputType().String()
	estimator := &library.CostEstimator{SizeEstimator: &est{decl}}
	cost, err := e.EstimateCost(ast, estimator)
	out["cost"] = []string{fmt.Sprint(cost.Min), fmt.Sprint(cost.Max)}
	prog, err := e.Program(ast, celgo.CostLimit(1000000), celgo.CostTracking(estimator), celgo.InterruptCheckFrequency(100))
	if err != nil {
		out["program"] = err.Error()
		return
	}
	if r.Object == nil {
		return
	}
	var obj any
	if err := utiljson.Unmarshal(r.Object, &obj); err != nil {
		panic(err)
	}
	s2 := ss
	if r.Root {
		s2 = model.WithTypeAndObjectMeta(ss)
	}
	act := map[string]any{"self": scel.UnstructuredToVal(obj, s2)}
	if r.Old != nil {
		var old any
		if err := utiljson.Unmarshal(r.Old, &old); err != nil {
			panic(err)
		}
		act["oldSelf"] = scel.UnstructuredToVal(old, s2)
	}
	val, det, err := prog.ContextEval(context.Background(), act)
	if det != nil && det.ActualCost() != nil {
		out["actual"] = fmt.Sprint(*det.ActualCost())
	}
	if err != nil {
		out["error"] = err.Error()
		return
	}
	out["value"] = show(val)
	return
}

func check(r request) (out map[string]any) {
	out = map[string]any{}
	defer func() {
		if e := recover(); e != nil {
			out["panic"] = fmt.Sprint(e)
		}
	}()
	internal := toV1(r.Schema)
	no := false
	crd := &apiextensions.CustomResourceDefinition{
		ObjectMeta: metav1.ObjectMeta{Name: "tests.t.io", ResourceVersion: "1"},
		Spec: apiextensions.CustomResourceDefinitionSpec{
			Group: "t.io", Scope: "Namespaced", Version: "v1",
			Names:                 apiextensions.CustomResourceDefinitionNames{Plural: "tests", Singular: "test", Kind: "Test", ListKind: "TestList"},
			Versions:              []apiextensions.CustomResourceDefinitionVersion{{Name: "v1", Served: true, Storage: true}},
			Validation:            &apiextensions.CustomResourceValidation{OpenAPIV3Schema: internal},
			PreserveUnknownFields: &no,
			Conversion:            &apiextensions.CustomResourceConversion{Strategy: "None"},
		},
		Status: apiextensions.CustomResourceDefinitionStatus{StoredVersions: []string{"v1"}},
	}
	out["errors"] = errs(validation.ValidateCustomResourceDefinition(context.Background(), crd))
	return
}

func validate(r request) (out map[string]any) {
	out = map[string]any{}
	defer func() {
		if e := recover(); e != nil {
			out["panic"] = fmt.Sprint(e)
		}
	}()
	ss, err := structural.NewStructural(toV1(r.Schema))
	if err != nil {
		out["structural"] = err.Error()
		return
	}
	v := scel.NewValidator(ss, r.Root, 1000000)
	var obj, old any
	if err := utiljson.Unmarshal(r.Object, &obj); err != nil {
		panic(err)
	}
	opts := []scel.Option{}
	if r.Old != nil {
		if err := utiljson.Unmarshal(r.Old, &old); err != nil {
			panic(err)
		}
		opts = append(opts, scel.WithRatcheting(common.NewCorrelatedObject(obj, old, &model.Structural{Structural: ss})))
	}
	list, left := v.Validate(context.Background(), nil, ss, obj, old, 10000000, opts...)
	out["errors"] = errs(list)
	out["used"] = fmt.Sprint(10000000 - left)
	return
}

func main() {
	in := bufio.NewReaderSize(os.Stdin, 1<<20)
	enc := json.NewEncoder(os.Stdout)
	enc.SetEscapeHTML(false)
	for {
		line, err := in.ReadBytes('\n')
		if len(line) > 1 {
			var r request
			if e := json.Unmarshal(line, &r); e != nil {
				panic(e)
			}
			switch r.Mode {
			case "eval":
				enc.Encode(eval(r))
			case "check":
				enc.Encode(check(r))
			case "validate":
				enc.Encode(validate(r))
			}
		}
		if err != nil {
			return
		}
	}
}
