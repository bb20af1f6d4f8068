// Package v1 is how ferries were told of before they had two ends.
// +kubebuilder:object:generate=true
// +groupName=harbour.wukong.com
package v1

import (
	"fmt"
	"strings"

	v2 "controllerruntime/ferries/v2"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"sigs.k8s.io/controller-runtime/pkg/conversion"
)

var groupVersion = schema.GroupVersion{Group: "harbour.wukong.com", Version: "v1"}

// +kubebuilder:object:root=true
// +kubebuilder:storageversion
// +kubebuilder:deprecatedversion:warning="harbour.wukong.com/v1 Ferry has one field for both ends"
// +kubebuilder:resource:shortName=fe,categories=ships
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.boats,statuspath=.status.boats,selectorpath=.status.selector
// +kubebuilder:printcolumn:name="Route",type=string,JSONPath=`.spec.route`

// Ferry goes between two places.
type Ferry struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   FerrySpec      `json:"spec"`
	Status v2.FerryStatus `json:"status,omitempty"`
}

// FerrySpec says where a ferry goes, and how often.
type FerrySpec struct {
	// Route is both ends with a dash between them.
	Route string `json:"route"`
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=0
	// +optional
	Boats *int32 `json:"boats,omitempty"`
	// +optional
	Captain string `json:"captain,omitempty"`
	// +listType=map
	// +listMapKey=place
	// +optional
	Stops []v2.Stop `json:"stops,omitempty"`
}

// +kubebuilder:object:root=true

// FerryList is a list of ferries.
type FerryList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Ferry `json:"items"`
}

// ConvertTo makes a ferry with two ends of one with a route.
func (f *Ferry) ConvertTo(hub conversion.Hub) error {
	from, to, ok := strings.Cut(f.Spec.Route, "-")
	if !ok {
		return fmt.Errorf("route %q has one end", f.Spec.Route)
	}
	out := hub.(*v2.Ferry)
	out.ObjectMeta, out.Status = f.ObjectMeta, f.Status
	out.Spec = v2.FerrySpec{From: from, To: to, Boats: f.Spec.Boats, Captain: f.Spec.Captain, Stops: f.Spec.Stops}
	return nil
}

// ConvertFrom makes a ferry with a route of one with two ends.
func (f *Ferry) ConvertFrom(hub conversion.Hub) error {
	in := hub.(*v2.Ferry)
	f.ObjectMeta, f.Status = in.ObjectMeta, in.Status
	route := in.Spec.From + "-" + in.Spec.To
	f.Spec = FerrySpec{Route: route, Boats: in.Spec.Boats, Captain: in.Spec.Captain, Stops: in.Spec.Stops}
	return nil
}

// AddToScheme makes the version known.
func AddToScheme(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(groupVersion, &Ferry{}, &FerryList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
}
