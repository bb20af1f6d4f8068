package main

import (
	"context"
	"fmt"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/leaderelection"
	"k8s.io/client-go/tools/leaderelection/resourcelock"
)

// One who wants to lead.
type candidate struct {
	leads chan struct{}
	stop  context.CancelFunc
	ended chan struct{}
}

// A candidate with a client of its own, as a process has. Without `release` it stops like one that was killed.
func stand(ctx context.Context, s *session, name string, release bool) (*candidate, error) {
	client, err := kubernetes.NewForConfig(s.config)
	if err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	one := &candidate{leads: make(chan struct{}), stop: stop, ended: make(chan struct{})}
	elector, err := leaderelection.NewLeaderElector(leaderelection.LeaderElectionConfig{
		Lock: &resourcelock.LeaseLock{
			LeaseMeta:  metav1.ObjectMeta{Name: "leader", Namespace: s.namespace},
			Client:     client.CoordinationV1(),
			LockConfig: resourcelock.ResourceLockConfig{Identity: name},
		},
		LeaseDuration:   2 * time.Second,
		RenewDeadline:   1500 * time.Millisecond,
		RetryPeriod:     200 * time.Millisecond,
		ReleaseOnCancel: release,
		Callbacks: leaderelection.LeaderCallbacks{
			OnStartedLeading: func(context.Context) { close(one.leads) },
			OnStoppedLeading: func() {},
		},
	})
	if err != nil {
		stop()
		return nil, err
	}
	go func() {
		defer close(one.ended)
		elector.Run(ctx)
	}()
	return one, nil
}

func (c *candidate) wait(ctx context.Context, what string) error {
	select {
	case <-c.leads:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("%s never leads", what)
	}
}

// Of two candidates one leads and goes on leading; when it is gone the other does, and so on with one that says goodbye.
func leaderElection(ctx context.Context, s *session) error {
	first, err := stand(ctx, s, "first", false)
	if err != nil {
		return err
	}
	if err := first.wait(ctx, "the first"); err != nil {
		return err
	}
	second, err := stand(ctx, s, "second", true)
	if err != nil {
		return err
	}
	leases := s.typed.CoordinationV1().Leases(s.namespace)
	start, err := leases.Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	err = eventually(ctx, "the lease is renewed beyond its duration", func() (bool, error) {
		lease, err := leases.Get(ctx, "leader", metav1.GetOptions{})
		return err == nil && lease.Spec.RenewTime.Sub(start.Spec.RenewTime.Time) > 2500*time.Millisecond, err
	})
	if err != nil {
		return err
	}
	select {
	case <-second.leads:
		return fmt.Errorf("both lead")
	default:
	}
	first.stop()
	if err := second.wait(ctx, "the second"); err != nil {
		return err
	}
	third, err := stand(ctx, s, "third", false)
	if err != nil {
		return err
	}
	second.stop()
	<-second.ended
	if err := third.wait(ctx, "the third"); err != nil {
		return err
	}
	end, err := leases.Get(ctx, "leader", metav1.GetOptions{})
	if err != nil {
		return err
	}
	return all(
		equal("the holder", *end.Spec.HolderIdentity, "third"),
		isTrue("the lease has changed hands twice at least", *end.Spec.LeaseTransitions >= 2),
		isTrue("times are kept to the microsecond", start.Spec.RenewTime.Nanosecond()%int(time.Second) != 0),
	)
}
