// Package pizza keeps in each pizza's status what its toppings cost together.
package pizza

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

const group = "restaurant.wukong.com"

// Pizza is restaurant.wukong.com/v1beta1 Pizza.
type Pizza struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   Spec   `json:"spec,omitempty"`
	Status Status `json:"status,omitempty"`
}

// Spec is the pizza as it was ordered.
type Spec struct {
	Toppings []Amount `json:"toppings,omitempty"`
}

// Amount of a topping.
type Amount struct {
	Name     string `json:"name"`
	Quantity int32  `json:"quantity"`
}

// Status is what is known of the pizza.
type Status struct {
	Cost       float64            `json:"cost,omitempty"`
	Conditions []metav1.Condition `json:"conditions,omitempty"`
}

// PizzaList is what the API answers a list of pizzas with.
type PizzaList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Pizza `json:"items"`
}

// Topping is restaurant.wukong.com/v1alpha1 Topping; it has no namespace.
type Topping struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec ToppingSpec `json:"spec,omitempty"`
}

// ToppingSpec says what the topping is to the restaurant.
type ToppingSpec struct {
	Cost float64 `json:"cost"`
}

// ToppingList is what the API answers a list of toppings with.
type ToppingList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Topping `json:"items"`
}

func addToScheme(scheme *runtime.Scheme) {
	pizzas := schema.GroupVersion{Group: group, Version: "v1beta1"}
	scheme.AddKnownTypes(pizzas, &Pizza{}, &PizzaList{})
	metav1.AddToGroupVersion(scheme, pizzas)
	toppings := schema.GroupVersion{Group: group, Version: "v1alpha1"}
	scheme.AddKnownTypes(toppings, &Topping{}, &ToppingList{})
	metav1.AddToGroupVersion(scheme, toppings)
}

// DeepCopyObject makes a Pizza a runtime.Object.
func (p *Pizza) DeepCopyObject() runtime.Object {
	out := *p
	p.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	out.Spec.Toppings = append([]Amount(nil), p.Spec.Toppings...)
	out.Status.Conditions = append([]metav1.Condition(nil), p.Status.Conditions...)
	return &out
}

// DeepCopyObject makes a PizzaList a runtime.Object.
func (l *PizzaList) DeepCopyObject() runtime.Object {
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = nil
	for i := range l.Items {
		out.Items = append(out.Items, *l.Items[i].DeepCopyObject().(*Pizza))
	}
	return &out
}

// DeepCopyObject makes a Topping a runtime.Object.
func (t *Topping) DeepCopyObject() runtime.Object {
	out := *t
	t.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	return &out
}

// DeepCopyObject makes a ToppingList a runtime.Object.
func (l *ToppingList) DeepCopyObject() runtime.Object {
	out := *l
	l.ListMeta.DeepCopyInto(&out.ListMeta)
	out.Items = nil
	for i := range l.Items {
		out.Items = append(out.Items, *l.Items[i].DeepCopyObject().(*Topping))
	}
	return &out
}
