package main

import (
	"bytes"
	"os"
	"strconv"
)

// What Linux says of memory: to a container its own limit (Documentation/admin-guide/cgroup-v2.rst,
// memory.max), and of the machine, in kB (proc_meminfo(5)).
const (
	cgroupLimit = "/sys/fs/cgroup/memory.max"
	memInfo     = "/proc/meminfo"
)

// memoryThere is how many bytes this process may count on at most; 0 where nobody tells.
func memoryThere(limit, info []byte) uint64 {
	if n, err := strconv.ParseUint(string(bytes.TrimSpace(limit)), 10, 64); err == nil { // else "max"
		return n
	}
	for line := range bytes.Lines(info) {
		fields := bytes.Fields(line)
		if len(fields) < 2 || string(fields[0]) != "MemTotal:" {
			continue
		}
		n, err := strconv.ParseUint(string(fields[1]), 10, 64)
		if err != nil {
			return 0
		}
		return n << 10
	}
	return 0
}

func readMemoryThere() uint64 {
	limit, _ := os.ReadFile(cgroupLimit) // absent outside of cgroups v2
	info, _ := os.ReadFile(memInfo)      // absent outside of Linux
	return memoryThere(limit, info)
}
