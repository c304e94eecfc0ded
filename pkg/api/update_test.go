package api

import (
	"flag"
	"os"
	"testing"
)

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write openapi.json anew")
	flag.Parse()
	os.Exit(m.Run())
}
