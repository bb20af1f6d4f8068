package main

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"time"

	"k8s.io/apimachinery/pkg/util/wait"
)

// All of the errors that are not nil, as one; nil when all is well.
func all(errs ...error) error {
	var said []string
	for _, err := range errs {
		if err != nil {
			said = append(said, err.Error())
		}
	}
	if len(said) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(said, "\n"))
}

func equal(what string, got, want any) error {
	if reflect.DeepEqual(got, want) {
		return nil
	}
	return fmt.Errorf("%s is %#v, want %#v", what, got, want)
}

func isTrue(what string, got bool) error {
	if got {
		return nil
	}
	return fmt.Errorf("it does not hold that %s", what)
}

// An error of the kind that `is` knows, with `text` in it.
func refused(what string, err error, is func(error) bool, text string) error {
	if err == nil {
		return fmt.Errorf("%s was not refused", what)
	}
	if !is(err) || !strings.Contains(err.Error(), text) {
		return fmt.Errorf("%s: %T %w, want one with %q", what, err, err, text)
	}
	return nil
}

// Looks again and again until it holds, or the context ends.
func eventually(ctx context.Context, what string, holds func() (bool, error)) error {
	var last error
	err := wait.PollUntilContextCancel(ctx, 20*time.Millisecond, true, func(context.Context) (bool, error) {
		var done bool
		done, last = holds()
		return done && last == nil, nil
	})
	if err != nil {
		return fmt.Errorf("%s: not in time (last: %v)", what, last)
	}
	return nil
}
