package main

import (
	"context"
	"fmt"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/meta"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	appsapply "k8s.io/client-go/applyconfigurations/apps/v1"
	coreapply "k8s.io/client-go/applyconfigurations/core/v1"
	metaapply "k8s.io/client-go/applyconfigurations/meta/v1"
	"k8s.io/client-go/tools/events"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller/controllerutil"
)

const finalizer = "example.wukong.com/shop-operator"

type shops struct {
	client.Client
	events events.EventRecorder
}

func (s *shops) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	shop := &Shop{}
	if err := s.Get(ctx, request.NamespacedName, shop); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if !shop.DeletionTimestamp.IsZero() {
		return ctrl.Result{}, s.finish(ctx, shop)
	}
	if controllerutil.AddFinalizer(shop, finalizer) {
		// No new generation comes of it: the work goes on at once.
		if err := s.Update(ctx, shop); err != nil {
			return ctrl.Result{}, err
		}
	}
	if err := s.secret(ctx, shop); err != nil {
		return ctrl.Result{}, err
	}
	if err := s.deploy(ctx, shop); err != nil {
		return ctrl.Result{}, err
	}
	return ctrl.Result{}, s.report(ctx, shop)
}

// finish is what an operator does outside the cluster before an object goes.
func (s *shops) finish(ctx context.Context, shop *Shop) error {
	if !controllerutil.RemoveFinalizer(shop, finalizer) {
		return nil
	}
	fmt.Println("finished", shop.Name)
	return client.IgnoreNotFound(s.Update(ctx, shop))
}

// secret makes the shop's password once and never changes it.
func (s *shops) secret(ctx context.Context, shop *Shop) error {
	secret := &corev1.Secret{ObjectMeta: metav1.ObjectMeta{Name: shop.Name, Namespace: shop.Namespace}}
	result, err := controllerutil.CreateOrUpdate(ctx, s.Client, secret, func() error {
		if secret.Data == nil {
			secret.StringData = map[string]string{"password": "s3cret"}
		}
		return controllerutil.SetControllerReference(shop, secret, s.Scheme())
	})
	if err == nil && result != controllerutil.OperationResultNone {
		fmt.Println("secret", shop.Name, result)
	}
	return err
}

// deploy applies what the operator wants, and leaves what others set.
func (s *shops) deploy(ctx context.Context, shop *Shop) error {
	labels := map[string]string{"shop": shop.Name}
	container := coreapply.Container().WithName("shop").WithImage(shop.Spec.Image)
	template := coreapply.PodTemplateSpec().WithLabels(labels).WithSpec(coreapply.PodSpec().WithContainers(container))
	owner := metaapply.OwnerReference().
		WithAPIVersion(groupVersion.String()).WithKind("Shop").WithName(shop.Name).WithUID(shop.UID).
		WithController(true).WithBlockOwnerDeletion(true)
	deployment := appsapply.Deployment(shop.Name, shop.Namespace).
		WithOwnerReferences(owner).
		WithSpec(appsapply.DeploymentSpec().
			WithReplicas(shop.Spec.Replicas).
			WithSelector(metaapply.LabelSelector().WithMatchLabels(labels)).
			WithTemplate(template))
	return s.Apply(ctx, deployment, client.FieldOwner("shop-operator"), client.ForceOwnership)
}

// report tells in the shop's status how its deployment is.
func (s *shops) report(ctx context.Context, shop *Shop) error {
	deployment := &appsv1.Deployment{}
	if err := s.Get(ctx, client.ObjectKeyFromObject(shop), deployment); err != nil {
		return client.IgnoreNotFound(err)
	}
	condition := metav1.Condition{
		Type:               "Ready",
		Status:             metav1.ConditionFalse,
		Reason:             "Deploying",
		Message:            fmt.Sprintf("%d of %d", deployment.Status.ReadyReplicas, shop.Spec.Replicas),
		ObservedGeneration: shop.Generation,
	}
	current := deployment.Status.ObservedGeneration == deployment.Generation
	if current && deployment.Status.ReadyReplicas == shop.Spec.Replicas {
		condition.Status, condition.Reason = metav1.ConditionTrue, "Deployed"
	}
	before := shop.DeepCopyObject().(*Shop)
	changed := meta.SetStatusCondition(&shop.Status.Conditions, condition)
	shop.Status.ObservedGeneration = shop.Generation
	if !changed && before.Status.ObservedGeneration == shop.Generation {
		return nil
	}
	if err := s.Status().Patch(ctx, shop, client.MergeFrom(before)); err != nil {
		if apierrors.IsNotFound(err) {
			return nil
		}
		return err
	}
	if condition.Status == metav1.ConditionTrue {
		s.events.Eventf(shop, deployment, corev1.EventTypeNormal, "Deployed", "Deploy", "%s is deployed", shop.Spec.Image)
		fmt.Println("ready", shop.Name, shop.Spec.Image)
	}
	return nil
}
