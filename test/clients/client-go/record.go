package main

import (
	"net/http"
	"sync/atomic"
)

// What the client has sent: whether a scenario tries what it is meant to.
type record struct {
	protobuf      atomic.Int64
	initialEvents atomic.Int64
}

func (r *record) wrap(next http.RoundTripper) http.RoundTripper {
	return roundTripper(func(request *http.Request) (*http.Response, error) {
		if request.Header.Get("Content-Type") == "application/vnd.kubernetes.protobuf" {
			r.protobuf.Add(1)
		}
		if request.URL.Query().Get("sendInitialEvents") == "true" {
			r.initialEvents.Add(1)
		}
		return next.RoundTrip(request)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(request *http.Request) (*http.Response, error) { return f(request) }
