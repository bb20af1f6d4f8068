package main

import (
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
)

var (
	messageLine = regexp.MustCompile(`^message (\w+) \{`)
	fieldLine   = regexp.MustCompile(`^  (?:optional|required|repeated)? ?(map<.*>|\S+) (\w+) = (\d+);`)
)

// checkNumbers holds the numbers in the tags of Go types against the .proto files of the same modules.
func checkNumbers(types []reflect.Type) {
	messages := map[string]map[string]map[string]string{}
	count := 0
	for _, t := range types {
		if t.Kind() != reflect.Struct {
			continue
		}
		if messages[t.PkgPath()] == nil {
			messages[t.PkgPath()] = readProto(t.PkgPath())
		}
		message := messages[t.PkgPath()][t.Name()]
		fields := fieldsOf(t)
		if len(fields) != len(message) {
			log.Fatalf("%v has %d fields, its message %d", t, len(fields), len(message))
		}
		for _, f := range fields {
			if message[f.number] == "" {
				log.Fatalf("%v.%s: no field %s in the message", t, f.goName, f.number)
			}
			// JSONSchemaProps has JSON names that no message can have.
			ordinary := f.json != "" && !strings.ContainsAny(f.json, "$-")
			if ordinary && !strings.EqualFold(message[f.number], f.json) {
				log.Fatalf("%v.%s: field %s is %s in the message", t, f.goName, f.number, message[f.number])
			}
			count++
		}
	}
	log.Printf("%d field numbers are those of the .proto files", count)
}

// readProto reads the fields of a package's messages: message, number, name.
func readProto(goPackage string) map[string]map[string]string {
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", goPackage).Output()
	if err != nil {
		log.Fatalf("%s: %v", goPackage, err)
	}
	text, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(folder)), "generated.proto"))
	if err != nil {
		log.Fatal(err)
	}
	messages := map[string]map[string]string{}
	current := ""
	for line := range strings.Lines(string(text)) {
		if m := messageLine.FindStringSubmatch(line); m != nil {
			current = m[1]
			messages[current] = map[string]string{}
		} else if m := fieldLine.FindStringSubmatch(line); m != nil {
			messages[current][m[3]] = m[2]
		}
	}
	return messages
}
