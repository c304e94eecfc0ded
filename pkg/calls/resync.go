package calls

import "callcard/pkg/cti"

func (k *core) unseen(c *call)          {}
func (k *core) snapshot(e cti.Snapshot) {}
func (k *core) linkDown(e cti.LinkDown) {}
