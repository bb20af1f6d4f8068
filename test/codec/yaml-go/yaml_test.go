// Package yamlgo holds documents against the YAML reader that Kubernetes itself uses.
package yamlgo

import (
	"encoding/json"
	"os"
	"reflect"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// One document and what it is expected to be. Duplicates is only looked at when it is not empty.
type document struct {
	YAML       string   `json:"yaml"`
	JSON       string   `json:"json"`
	Duplicates []string `json:"duplicates"`
}

// TestDocuments reads the documents in the file that YAML_DOCUMENTS names.
func TestDocuments(t *testing.T) {
	path := os.Getenv("YAML_DOCUMENTS")
	if path == "" {
		t.Skip("YAML_DOCUMENTS names no file")
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var documents []document
	if err := json.Unmarshal(text, &documents); err != nil {
		t.Fatal(err)
	}
	for _, d := range documents {
		compare(t, d)
	}
	t.Logf("%d documents", len(documents))
}

func compare(t *testing.T, d document) {
	read, err := yaml.YAMLToJSON([]byte(d.YAML))
	if err != nil {
		t.Errorf("%q: %v", d.YAML, err)
		return
	}
	if got, want := exact(t, string(read)), exact(t, d.JSON); !reflect.DeepEqual(got, want) {
		t.Errorf("%q\n  is %s\nwant %s", d.YAML, read, d.JSON)
	}
	_, err = yaml.YAMLToJSONStrict([]byte(d.YAML))
	if len(d.Duplicates) == 0 {
		if err != nil {
			t.Errorf("%q: %v", d.YAML, err)
		}
		return
	}
	want := "yaml: unmarshal errors:\n  " + strings.Join(d.Duplicates, "\n  ")
	if err == nil || err.Error() != want {
		t.Errorf("%q\n  has %v\n want %s", d.YAML, err, want)
	}
}

// A value in which numbers are what the Kubernetes JSON reader makes of them.
func exact(t *testing.T, text string) any {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return numbers(value)
}

func numbers(value any) any {
	switch v := value.(type) {
	case map[string]any:
		for key, member := range v {
			v[key] = numbers(member)
		}
	case []any:
		for i, item := range v {
			v[i] = numbers(item)
		}
	case json.Number:
		if integer, err := v.Int64(); err == nil {
			return integer
		}
		float, err := v.Float64()
		if err != nil {
			return v.String()
		}
		if float == float64(int64(float)) && float > -1e15 && float < 1e15 {
			return int64(float)
		}
		return float
	}
	return value
}
