package pbxsim

import "strings"

// class is a set of event classes (include/asterisk/manager.h, EVENT_FLAG_*).
type class uint32

const (
	classSystem class = 1 << iota
	classCall
	classLog
	classVerbose
	classCommand
	classAgent
	classUser
	classConfig
	classDTMF
	classReporting
	classCDR
	classDialplan
	classOriginate
	classAGI
	classCC
	classAOC
	classTest
	classSecurity
	classMessage
	classAll class = 1<<iota - 1
)

func classOf(name string) class {
	switch strings.TrimSpace(name) {
	case "system":
		return classSystem
	case "call":
		return classCall
	case "log":
		return classLog
	case "verbose":
		return classVerbose
	case "command":
		return classCommand
	case "agent":
		return classAgent
	case "user":
		return classUser
	case "config":
		return classConfig
	case "dtmf":
		return classDTMF
	case "reporting":
		return classReporting
	case "cdr":
		return classCDR
	case "dialplan":
		return classDialplan
	case "originate":
		return classOriginate
	case "agi":
		return classAGI
	case "cc":
		return classCC
	case "aoc":
		return classAOC
	case "test":
		return classTest
	case "security":
		return classSecurity
	case "message":
		return classMessage
	case "all", "on", "yes":
		return classAll
	}
	return 0
}

// classesOf reads a comma separated list as manager.conf has it.
func classesOf(list string) class {
	var set class
	for name := range strings.SplitSeq(list, ",") {
		set |= classOf(name)
	}
	return set
}

// privilegeOf reads the Privilege header of an event, which ends in ",all"
// whatever the event's own classes are.
func privilegeOf(header string) class {
	return classesOf(strings.TrimSuffix(header, ",all"))
}
