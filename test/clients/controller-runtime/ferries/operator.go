// Package ferries is an operator with an API of its own, as kubebuilder lays one out: types in two versions with markers,
// what controller-gen makes of them (see generate.go), a conversion webhook, admission webhooks and a reconciler.
package ferries

import (
	"context"
	"fmt"

	v1 "controllerruntime/ferries/v1"
	v2 "controllerruntime/ferries/v2"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

const label = "harbour.wukong.com/ferry"

// AddToScheme makes both versions known.
func AddToScheme(scheme *runtime.Scheme) {
	v1.AddToScheme(scheme)
	v2.AddToScheme(scheme)
}

// AddToManager adds the reconciler and the webhooks; those are served as the manager's options say.
func AddToManager(mgr ctrl.Manager) error {
	if err := ctrl.NewWebhookManagedBy(mgr, &v1.Ferry{}).Complete(); err != nil {
		return err
	}
	hooks := webhooks{}
	if err := ctrl.NewWebhookManagedBy(mgr, &v2.Ferry{}).WithDefaulter(hooks).WithValidator(hooks).Complete(); err != nil {
		return err
	}
	return ctrl.NewControllerManagedBy(mgr).
		For(&v2.Ferry{}).
		Owns(&corev1.ConfigMap{}).
		Complete(&reconciler{Client: mgr.GetClient()})
}

type reconciler struct{ client.Client }

// Reconcile keeps a ConfigMap a boat, and says in the status how many there are.
func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	ferry := &v2.Ferry{}
	if err := r.Get(ctx, request.NamespacedName, ferry); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	labels := client.MatchingLabels{label: ferry.Name}
	boats := &corev1.ConfigMapList{}
	if err := r.List(ctx, boats, client.InNamespace(ferry.Namespace), labels); err != nil {
		return ctrl.Result{}, err
	}
	wanted := *ferry.Spec.Boats
	for i := range boats.Items {
		if int32(i) >= wanted {
			if err := client.IgnoreNotFound(r.Delete(ctx, &boats.Items[i])); err != nil {
				return ctrl.Result{}, err
			}
		}
	}
	for i := int32(len(boats.Items)); i < wanted; i++ {
		boat := &corev1.ConfigMap{ObjectMeta: metav1.ObjectMeta{GenerateName: ferry.Name + "-", Namespace: ferry.Namespace, Labels: labels}}
		if err := controllerutil.SetControllerReference(ferry, boat, r.Scheme()); err != nil {
			return ctrl.Result{}, err
		}
		if err := r.Create(ctx, boat); err != nil {
			return ctrl.Result{}, err
		}
	}
	return ctrl.Result{}, r.report(ctx, ferry, int32(len(boats.Items)))
}

func (r *reconciler) report(ctx context.Context, ferry *v2.Ferry, boats int32) error {
	before := ferry.DeepCopy()
	ferry.Status.Boats = boats
	ferry.Status.Selector = label + "=" + ferry.Name
	condition := metav1.Condition{Type: "Sailing", Status: metav1.ConditionFalse, Reason: "Waiting", ObservedGeneration: ferry.Generation}
	if boats == *ferry.Spec.Boats {
		condition.Status, condition.Reason = metav1.ConditionTrue, "Boats"
	}
	changed := meta.SetStatusCondition(&ferry.Status.Conditions, condition)
	if !changed && before.Status.Boats == boats && before.Status.Selector == ferry.Status.Selector {
		return nil
	}
	if err := client.IgnoreNotFound(r.Status().Patch(ctx, ferry, client.MergeFrom(before))); err != nil {
		return err
	}
	fmt.Println("sailing", ferry.Name, boats)
	return nil
}
