// Command protogo lets Go's own codecs of Kubernetes' kinds answer what the tests want to compare. Each line of the
// input is one question, each line of the output its answer, in the same order.
package main

import (
	"bufio"
	"encoding/json"
	"log"
	"os"

	apiextensions "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	serializer "k8s.io/apimachinery/pkg/runtime/serializer/json"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	"k8s.io/client-go/kubernetes/scheme"
	apiregistration "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// question asks for one of three things: an object made up from a seed, a JSON text read, a protobuf body read.
type question struct {
	APIVersion string  `json:"apiVersion"`
	Kind       string  `json:"kind"`
	Seed       *int64  `json:"seed"`
	JSON       *string `json:"json"`
	Protobuf   []byte  `json:"protobuf"`
}

// answer has the object in both forms, or what the codec said of the input.
type answer struct {
	JSON     string `json:"json,omitempty"`
	Protobuf []byte `json:"protobuf,omitempty"`
	Error    string `json:"error,omitempty"`
}

func main() {
	log.SetFlags(0)
	codecs := newCodecs()
	input := bufio.NewScanner(os.Stdin)
	input.Buffer(nil, 64<<20)
	output := json.NewEncoder(os.Stdout)
	output.SetEscapeHTML(false)
	for input.Scan() {
		var q question
		if err := json.Unmarshal(input.Bytes(), &q); err != nil {
			log.Fatal(err)
		}
		if err := output.Encode(codecs.answer(q)); err != nil {
			log.Fatal(err)
		}
	}
}

type codecs struct {
	scheme   *runtime.Scheme
	json     runtime.Serializer
	protobuf runtime.Serializer
}

func newCodecs() codecs {
	all := runtime.NewScheme()
	utilruntime.Must(scheme.AddToScheme(all))
	utilruntime.Must(apiextensions.AddToScheme(all))
	utilruntime.Must(apiregistration.AddToScheme(all))
	return codecs{
		scheme:   all,
		json:     serializer.NewSerializerWithOptions(serializer.DefaultMetaFactory, all, all, serializer.SerializerOptions{}),
		protobuf: protobuf.NewSerializer(all, all),
	}
}

func (c codecs) answer(q question) answer {
	kind := schema.FromAPIVersionAndKind(q.APIVersion, q.Kind)
	object, err := c.object(q, kind)
	if err != nil {
		return answer{Error: err.Error()}
	}
	object.GetObjectKind().SetGroupVersionKind(kind)
	body, err := runtime.Encode(c.protobuf, object)
	if err != nil {
		return answer{Error: err.Error()}
	}
	// Protobuf can't tell an empty list from none: the JSON is of what comes back.
	again, _, err := c.protobuf.Decode(body, nil, nil)
	if err != nil {
		return answer{Error: err.Error()}
	}
	text, err := runtime.Encode(c.json, again)
	if err != nil {
		return answer{Error: err.Error()}
	}
	return answer{JSON: string(text), Protobuf: body}
}

func (c codecs) object(q question, kind schema.GroupVersionKind) (runtime.Object, error) {
	if q.JSON != nil {
		object, _, err := c.json.Decode([]byte(*q.JSON), &kind, nil)
		return object, err
	}
	if q.Seed == nil {
		object, _, err := c.protobuf.Decode(q.Protobuf, &kind, nil)
		return object, err
	}
	object, err := c.scheme.New(kind)
	if err == nil && *q.Seed != 0 {
		fill(object, *q.Seed)
	}
	return object, err
}
