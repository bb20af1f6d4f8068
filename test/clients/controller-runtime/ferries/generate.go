package ferries

//go:generate go run sigs.k8s.io/controller-tools/cmd/controller-gen@v0.20.1 object crd webhook paths=./... output:crd:dir=config output:webhook:dir=config
