// Package v2 is what the operator of ferries works with.
// +kubebuilder:object:generate=true
// +groupName=harbour.wukong.com
package v2

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

var groupVersion = schema.GroupVersion{Group: "harbour.wukong.com", Version: "v2"}

// +kubebuilder:object:root=true
// +kubebuilder:resource:shortName=fe,categories=ships
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.boats,statuspath=.status.boats,selectorpath=.status.selector
// +kubebuilder:printcolumn:name="From",type=string,JSONPath=`.spec.from`
// +kubebuilder:printcolumn:name="To",type=string,JSONPath=`.spec.to`
// +kubebuilder:printcolumn:name="Sailing",type=string,JSONPath=`.status.conditions[?(@.type=="Sailing")].status`
// +kubebuilder:selectablefield:JSONPath=`.spec.from`

// Ferry goes between two places.
type Ferry struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   FerrySpec   `json:"spec"`
	Status FerryStatus `json:"status,omitempty"`
}

// +kubebuilder:validation:XValidation:rule="self.from != self.to",message="a ferry must go somewhere else"
// +kubebuilder:validation:XValidation:rule="!has(oldSelf.captain) || has(self.captain)",message="a ferry keeps its captain",fieldPath=".captain",reason=FieldValueForbidden

// FerrySpec says where a ferry goes, and how often.
type FerrySpec struct {
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	From string `json:"from"`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=30
	To string `json:"to"`
	// Boats that go at the same time.
	// +kubebuilder:default=1
	// +kubebuilder:validation:Minimum=0
	// +kubebuilder:validation:Maximum=9
	// +optional
	Boats *int32 `json:"boats,omitempty"`
	// +kubebuilder:validation:MaxLength=30
	// +optional
	Captain string `json:"captain,omitempty"`
	// Stops on the way.
	// +listType=map
	// +listMapKey=place
	// +kubebuilder:validation:MaxItems=8
	// +optional
	Stops []Stop `json:"stops,omitempty"`
}

// Stop is a place on the way.
type Stop struct {
	// +kubebuilder:validation:Pattern=`^[a-z]+$`
	// +kubebuilder:validation:MaxLength=30
	Place string `json:"place"`
	// +kubebuilder:default="5m"
	// +optional
	Stay metav1.Duration `json:"stay,omitempty"`
}

// FerryStatus says what goes now.
type FerryStatus struct {
	Boats    int32  `json:"boats,omitempty"`
	Selector string `json:"selector,omitempty"`
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// +kubebuilder:object:root=true

// FerryList is a list of ferries.
type FerryList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Ferry `json:"items"`
}

// Hub marks the version that all others are converted to and from.
func (*Ferry) Hub() {}

// AddToScheme makes the version known.
func AddToScheme(scheme *runtime.Scheme) {
	scheme.AddKnownTypes(groupVersion, &Ferry{}, &FerryList{})
	metav1.AddToGroupVersion(scheme, groupVersion)
}
