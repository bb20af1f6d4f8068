package pizza

import (
	"context"
	"fmt"
	"math"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/handler"
	"sigs.k8s.io/controller-runtime/pkg/reconcile"
)

type reconciler struct {
	client.Client
	events events.EventRecorder
}

// AddToManager adds the controller, and its types to the manager's scheme.
func AddToManager(mgr ctrl.Manager) error {
	addToScheme(mgr.GetScheme())
	r := &reconciler{Client: mgr.GetClient(), events: mgr.GetEventRecorder("pizza-operator")}
	return ctrl.NewControllerManagedBy(mgr).
		Named("pizza-cost").
		For(&Pizza{}).
		Watches(&Topping{}, handler.EnqueueRequestsFromMapFunc(r.pizzasWith)).
		Complete(r)
}

// A topping that costs something else now is a reason to look at every pizza that has it.
func (r *reconciler) pizzasWith(ctx context.Context, topping client.Object) []reconcile.Request {
	var pizzas PizzaList
	if err := r.List(ctx, &pizzas); err != nil {
		return nil
	}
	var requests []reconcile.Request
	for i := range pizzas.Items {
		for _, amount := range pizzas.Items[i].Spec.Toppings {
			if amount.Name == topping.GetName() {
				requests = append(requests, reconcile.Request{NamespacedName: client.ObjectKeyFromObject(&pizzas.Items[i])})
				break
			}
		}
	}
	return requests
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	var pizza Pizza
	if err := r.Get(ctx, request.NamespacedName, &pizza); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !pizza.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, nil
	}
	cost, missing, err := r.costOf(ctx, pizza.Spec.Toppings)
	if err != nil {
		return ctrl.Result{}, err
	}
	before := pizza.DeepCopyObject().(*Pizza).Status
	pizza.Status.Cost = cost
	meta.SetStatusCondition(&pizza.Status.Conditions, pricedCondition(missing, pizza.Generation))
	if equality.Semantic.DeepEqual(before, pizza.Status) {
		return ctrl.Result{}, nil
	}
	if err := r.Status().Update(ctx, &pizza); err != nil {
		return ctrl.Result{}, err
	}
	if cost != before.Cost {
		r.events.Eventf(&pizza, nil, corev1.EventTypeNormal, "Priced", "Price", "The toppings cost %v.", cost)
	}
	return ctrl.Result{}, nil
}

// costOf sums up what is known, and names the toppings that are not.
func (r *reconciler) costOf(ctx context.Context, amounts []Amount) (float64, []string, error) {
	var cost float64
	var missing []string
	for _, amount := range amounts {
		var topping Topping
		err := r.Get(ctx, client.ObjectKey{Name: amount.Name}, &topping)
		if apierrors.IsNotFound(err) {
			missing = append(missing, amount.Name)
			continue
		}
		if err != nil {
			return 0, nil, err
		}
		cost += float64(amount.Quantity) * topping.Spec.Cost
	}
	return math.Round(cost*100) / 100, missing, nil
}

func pricedCondition(missing []string, generation int64) metav1.Condition {
	condition := metav1.Condition{
		Type: "Priced", Status: metav1.ConditionTrue, ObservedGeneration: generation,
		Reason: "AllToppingsKnown", Message: "All toppings are on the menu.",
	}
	if len(missing) > 0 {
		condition.Status = metav1.ConditionFalse
		condition.Reason = "ToppingsUnknown"
		condition.Message = fmt.Sprintf("Not on the menu: %s.", strings.Join(missing, ", "))
	}
	return condition
}
