package main

import (
	"log/slog"
	"time"

	"callcard/connector/pbxsim"
	"callcard/pkg/cti"
)

// demoUsers are the sample logins. Those with a device have a desk phone.
func demoUsers() []cti.User {
	agent := func(id cti.UserID, name, extension string) cti.User {
		device := "PJSIP/" + extension
		return cti.User{
			ID: id, Name: name, Role: cti.RoleAgent, PBX: demoPBX, Interface: device, Device: cti.Device(device),
			Extension: extension, Queues: []string{demoSupport, demoSales},
		}
	}
	return []cti.User{
		agent("anna", "Анна Смирнова", "1001"),
		agent("boris", "Борис Орлов", "1002"),
		agent("victor", "Виктор Ким", "1003"),
		{ID: "olga", Name: "Ольга Белова", Role: cti.RoleSupervisor, Queues: []string{}},
		{ID: "admin", Name: "Administrator", Role: cti.RoleAdmin, Queues: []string{}},
	}
}

func demoPhones() []pbxsim.Phone {
	return []pbxsim.Phone{
		{Device: "PJSIP/1001", Number: "1001", Name: "Anna Smirnova"},
		{Device: "PJSIP/1002", Number: "1002", Name: "Boris Orlov"},
		{Device: "PJSIP/1003", Number: "1003", Name: "Victor Kim"},
	}
}

func demoQueues() []pbxsim.Queue {
	onDuty := []string{"PJSIP/1002", "PJSIP/1003"}
	return []pbxsim.Queue{
		{Name: demoSupport, Strategy: "rrmemory", LoggedIn: onDuty},
		{Name: demoSales, Strategy: "ringall", LoggedIn: onDuty},
	}
}

// demoManagers are the two AMI users of dialplan-samples/manager.conf.
func demoManagers(tracking, control string) []pbxsim.User {
	return []pbxsim.User{
		{Name: "callcard", Secret: tracking, Read: "system,call,agent,user,dialplan", Write: "reporting"},
		{
			Name: "callcard-control", Secret: control, Read: "call", Write: "system,call,agent,originate",
			Events: []string{"OriginateResponse"},
		},
	}
}

func demoOffice(log *slog.Logger) pbxsim.OfficeOptions {
	return pbxsim.OfficeOptions{
		Seed:    uint64(time.Now().UnixNano()), // each start tells another story
		Support: pbxsim.Line{DID: "74950000001", Queue: demoSupport},
		Sales:   pbxsim.Line{DID: "74950000002", Queue: demoSales},
		Direct:  pbxsim.Line{DID: "74950000003"},
		Closed:  pbxsim.Line{DID: "74950000005"},
		Callers: []pbxsim.Caller{
			{Number: "79161234567", Weight: 6}, // one contact, a VIP with orders
			{Number: "79031112233", Weight: 5}, // one contact of a company
			{Number: "84957770077", Weight: 6}, // a switchboard that three people share
			{Number: "79265550101", Weight: 4},
			{Number: "78123334455", Weight: 3},
			{Number: "375291234567", Weight: 2}, // abroad
			{Number: "79990001122", Weight: 3},  // unknown
			{Number: "79857776655", Weight: 3},  // unknown
			{Number: "anonymous", Weight: 2},
		},
		Log: log.With("component", "office"),
	}
}
