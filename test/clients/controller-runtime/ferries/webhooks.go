package ferries

import (
	"context"
	"fmt"

	v2 "controllerruntime/ferries/v2"

	"sigs.k8s.io/controller-runtime/pkg/webhook/admission"
)

// +kubebuilder:webhook:path=/mutate-harbour-wukong-com-v2-ferry,mutating=true,failurePolicy=fail,sideEffects=None,groups=harbour.wukong.com,resources=ferries,verbs=create;update,versions=v2,name=mferry.wukong.com,admissionReviewVersions=v1
// +kubebuilder:webhook:path=/validate-harbour-wukong-com-v2-ferry,mutating=false,failurePolicy=fail,sideEffects=None,groups=harbour.wukong.com,resources=ferries,verbs=create;update,versions=v2,name=vferry.wukong.com,admissionReviewVersions=v1

// webhooks see v2 alone, whatever version a request is in.
type webhooks struct{}

func (webhooks) Default(_ context.Context, ferry *v2.Ferry) error {
	if ferry.Spec.Captain == "" {
		ferry.Spec.Captain = "Ahab"
	}
	return nil
}

func (webhooks) ValidateCreate(_ context.Context, ferry *v2.Ferry) (admission.Warnings, error) {
	return check(ferry)
}

func (webhooks) ValidateUpdate(_ context.Context, _, ferry *v2.Ferry) (admission.Warnings, error) {
	return check(ferry)
}

func (webhooks) ValidateDelete(context.Context, *v2.Ferry) (admission.Warnings, error) {
	return nil, nil
}

func check(ferry *v2.Ferry) (admission.Warnings, error) {
	if ferry.Spec.To == "atlantis" {
		return nil, fmt.Errorf("nobody knows the way to %s", ferry.Spec.To)
	}
	if len(ferry.Spec.Stops) == 0 {
		return admission.Warnings{"the ferry " + ferry.Name + " never stops"}, nil
	}
	return nil, nil
}
