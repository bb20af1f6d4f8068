package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"

	authenticationv1 "k8s.io/api/authentication/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
)

// whoami prints who the server takes the caller for. REMOTE_HEADERS, lines of "Name: value", are sent as a front proxy
// sends them.
func whoami(ctx context.Context, s *session) error {
	config := rest.CopyConfig(s.config)
	config.Wrap(func(next http.RoundTripper) http.RoundTripper {
		return roundTripper(func(request *http.Request) (*http.Response, error) {
			request = request.Clone(ctx)
			for _, line := range strings.Split(os.Getenv("REMOTE_HEADERS"), "\n") {
				if name, value, ok := strings.Cut(line, ": "); ok {
					request.Header.Add(name, value)
				}
			}
			return next.RoundTrip(request)
		})
	})
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return err
	}
	reviews := client.AuthenticationV1().SelfSubjectReviews()
	review, err := reviews.Create(ctx, &authenticationv1.SelfSubjectReview{}, metav1.CreateOptions{})
	if err != nil {
		return err
	}
	text, err := json.Marshal(review.Status.UserInfo)
	if err != nil {
		return err
	}
	fmt.Println(string(text))
	return nil
}
