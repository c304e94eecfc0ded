package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/pkg/callbacks"
	"callcard/pkg/config"
)

func TestAnEmptyConfigurationHasTheDefaultRules(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(callbacks.DefaultRules(), rulesOf(config.Default().Callbacks)); diff != "" {
		t.Errorf("(-rules +configuration):\n%s", diff)
	}
}
