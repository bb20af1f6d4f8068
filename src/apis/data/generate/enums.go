package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"log"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// constants of a package that are texts.
type constants struct {
	// byName are their values.
	byName map[string]string
	// byType are the values of each type of their own.
	byType map[string][]string
	// enums are the types marked `+enum`.
	enums map[string]bool
}

var constantsOfPackages = map[string]*constants{}

// enumValues are the values of a string type that is marked `+enum`, in order; nil for another type. The published
// documents leave them out; what kube-apiserver serves has them.
func enumValues(goPackage, name string) []string {
	found := constantsOf(goPackage)
	if !found.enums[name] {
		return nil
	}
	values := found.byType[name]
	if len(values) == 0 {
		log.Fatalf("%s.%s is an enum, but no constant tells its values", goPackage, name)
	}
	slices.Sort(values)
	return slices.Compact(values)
}

func constantsOf(goPackage string) *constants {
	if known := constantsOfPackages[goPackage]; known != nil {
		return known
	}
	found := &constants{byName: map[string]string{}, byType: map[string][]string{}, enums: map[string]bool{}}
	constantsOfPackages[goPackage] = found
	folder, err := exec.Command("go", "list", "-f", "{{.Dir}}", goPackage).Output()
	if err != nil {
		log.Fatalf("%s: %v", goPackage, err)
	}
	files, err := filepath.Glob(filepath.Join(strings.TrimSpace(string(folder)), "*.go"))
	if err != nil {
		log.Fatal(err)
	}
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments)
		if err != nil {
			log.Fatal(err)
		}
		for _, declaration := range file.Decls {
			if group, is := declaration.(*ast.GenDecl); is {
				found.read(group, file.Imports)
			}
		}
	}
	return found
}

func (c *constants) read(group *ast.GenDecl, imports []*ast.ImportSpec) {
	for _, spec := range group.Specs {
		switch spec := spec.(type) {
		case *ast.TypeSpec:
			if !spec.Assign.IsValid() && (isEnum(group.Doc) || isEnum(spec.Doc)) {
				c.enums[spec.Name.Name] = true
			}
		case *ast.ValueSpec:
			if group.Tok != token.CONST || len(spec.Values) != 1 {
				continue
			}
			of, value := spec.Type, spec.Values[0]
			if call, is := value.(*ast.CallExpr); is && of == nil && len(call.Args) == 1 {
				of, value = call.Fun, call.Args[0]
			}
			text, is := c.text(value, imports)
			if !is {
				continue
			}
			c.byName[spec.Names[0].Name] = text
			if name, is := of.(*ast.Ident); is {
				c.byType[name.Name] = append(c.byType[name.Name], text)
			}
		}
	}
}

// text is the value of `"text"`, and of `v1.Name`.
func (c *constants) text(value ast.Expr, imports []*ast.ImportSpec) (string, bool) {
	switch value := value.(type) {
	case *ast.BasicLit:
		text, err := strconv.Unquote(value.Value)
		return text, err == nil && value.Kind == token.STRING
	case *ast.SelectorExpr:
		from, _ := value.X.(*ast.Ident)
		for _, one := range imports {
			goPackage, err := strconv.Unquote(one.Path.Value)
			if err == nil && from != nil && (one.Name != nil && one.Name.Name == from.Name || path.Base(goPackage) == from.Name) {
				text, is := constantsOf(goPackage).byName[value.Sel.Name]
				return text, is
			}
		}
	}
	return "", false
}

func isEnum(doc *ast.CommentGroup) bool {
	return doc != nil && slices.ContainsFunc(doc.List, func(line *ast.Comment) bool {
		return strings.TrimSpace(strings.TrimPrefix(line.Text, "//")) == "+enum"
	})
}
