package asterisktest

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// KeepBooks plays a scenario and keeps in dir what Asterisk itself wrote down of it:
// <name>.queue_log and <name>.csv, the CDR.
func KeepBooks(pbx *PBX, sc Scenario, dir string) error {
	queue, cdr := size(pbx.QueueLog), size(pbx.CDR)
	stage := Set(pbx, sc)
	if stage.Err() == nil {
		sc.Run(stage)
	}
	if err := errors.Join(stage.Err(), stage.Clear()); err != nil {
		return err
	}
	return errors.Join(
		copyRest(pbx.QueueLog, queue, filepath.Join(dir, sc.Name+".queue_log")),
		copyRest(pbx.CDR, cdr, filepath.Join(dir, sc.Name+".csv")),
	)
}

func size(file string) int64 {
	info, err := os.Stat(file)
	if err != nil {
		return 0
	}
	return info.Size()
}

// copyRest copies what a file has gained.
func copyRest(file string, from int64, target string) error {
	text, err := os.ReadFile(file)
	if err != nil && !os.IsNotExist(err) {
		return fmt.Errorf("keep what Asterisk wrote: %w", err)
	}
	return os.WriteFile(target, text[min(from, int64(len(text))):], 0o644)
}
