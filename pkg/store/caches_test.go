package store

import (
	"path/filepath"
	"testing"
)

// TestSeparateCaches: the variable is SQLite's, which has set it up, and not one that merely has its name here.
func TestSeparateCaches(t *testing.T) {
	s, err := Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "caches.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if pageCaches.FisInit != 1 || pageCaches.FseparateCache != 1 {
		t.Errorf("page caches are set up %d, separate %d; want 1, 1", pageCaches.FisInit, pageCaches.FseparateCache)
	}
	if pageCaches.Fgrp.FnMaxPage != 0 {
		t.Errorf("%d pages are common to connections, want none", pageCaches.Fgrp.FnMaxPage)
	}
}
