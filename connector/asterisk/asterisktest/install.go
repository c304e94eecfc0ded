package asterisktest

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

//go:embed install.sh
var installScript []byte

// The two supported Asterisks: the newest and the oldest that callcard promises to work with.
const (
	V22 = "22"
	V16 = "16"
)

// Versions lists them for tests that run on both.
func Versions() []string { return []string{V22, V16} }

// Install makes sure that the root directory of a version exists and returns its path. It is free when it does.
func Install(version string) (string, error) {
	if os.Geteuid() != 0 {
		return "", errors.New("the lab runs Asterisk in a root directory of its own (chroot), which needs root")
	}
	var stderr bytes.Buffer
	ctx, stop := context.WithTimeout(context.Background(), 15*time.Minute)
	defer stop()
	cmd := exec.CommandContext(ctx, "sh", "-s", "--", version)
	cmd.Stdin = bytes.NewReader(installScript)
	cmd.Stderr = &stderr
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("install Asterisk %s: %w: %s", version, err, strings.TrimSpace(stderr.String()))
	}
	return rootDir(version)
}

func rootDir(version string) (string, error) {
	if lab := os.Getenv("CALLCARD_LAB"); lab != "" {
		return filepath.Join(lab, version), nil
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache directory: %w", err)
	}
	return filepath.Join(cache, "callcard", "lab", version), nil
}
