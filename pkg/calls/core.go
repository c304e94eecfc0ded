package calls

import (
	"time"

	"callcard/pkg/cti"
)

// core is the whole state of the tracker and its transitions. It does no I/O and
// reads no clock; one goroutine owns it.
type core struct {
	opts    Options
	now     time.Time
	seq     uint64
	legs    map[cti.LegID]*leg
	names   map[pbxKey]*leg // by channel name, for the halves of Local channels
	linked  map[pbxKey]*call
	bridges map[pbxKey]*bridge
	ids     map[cti.CallID]*call // live calls and the ids merged into them
	down    map[string]time.Time // PBXes that are not heard, since when; zero: their calls were given up
	dead    graves[cti.LegID]    // legs that have ended: late events must not revive them
	gone    graves[cti.CallID]   // ids that had their terminal event
	timers  timers
	out     []cti.CallEvent
	buried  []cti.CallID // ids whose graves were forgotten, for the owner of the documents
	walk    []*leg       // scratch of reach
	looking bool         // a snapshot is applied: what is found now began at some time before
}

// pbxKey is a name that is unique within one PBX.
type pbxKey struct{ pbx, name string }

func newCore(opts Options) *core {
	return &core{
		opts:    opts.withDefaults(),
		legs:    make(map[cti.LegID]*leg),
		names:   make(map[pbxKey]*leg),
		linked:  make(map[pbxKey]*call),
		bridges: make(map[pbxKey]*bridge),
		ids:     make(map[cti.CallID]*call),
		down:    make(map[string]time.Time),
		dead:    newGraves[cti.LegID](),
		gone:    newGraves[cti.CallID](),
	}
}

// apply takes one event and returns what became of the calls. The slice is valid
// until the next apply or advance.
func (k *core) apply(event cti.PBXEvent) []cti.CallEvent {
	k.out = k.out[:0]
	k.advanceTo(event.Stamped().At)
	k.dispatch(event)
	return k.out
}

// advance lets time pass.
func (k *core) advance(now time.Time) []cti.CallEvent {
	k.out = k.out[:0]
	k.advanceTo(now)
	return k.out
}

func (k *core) dispatch(event cti.PBXEvent) {
	switch e := event.(type) {
	case cti.LegCreated:
		k.legCreated(e)
	case cti.LegChanged:
		k.meet(&e.Leg)
	case cti.LegEnded:
		k.legEnded(e)
	case cti.VariableSet:
		k.variableSet(e)
	case cti.RecorderSwitched:
		k.recorderSwitched(e)
	case cti.AppStarted:
		k.appStarted(e)
	case cti.DialBegan, cti.DialEnded, cti.OriginateAnswered:
		k.dispatchDial(event)
	case cti.BridgeEntered, cti.BridgeLeft, cti.BridgeMerged, cti.LocalJoined:
		k.dispatchBridge(event)
	case cti.LegHeld:
		k.legHeld(e)
	case cti.LegResumed:
		k.legResumed(e)
	case cti.BlindTransferred, cti.AttendedTransferred, cti.PickedUp, cti.Parked, cti.ParkingEnded:
		k.dispatchTransfer(event)
	case cti.Snapshot:
		k.snapshot(e)
	case cti.LinkDown:
		k.linkDown(e)
	case cti.LinkUp:
	default:
		k.dispatchQueue(event)
	}
}

func (k *core) dispatchDial(event cti.PBXEvent) {
	switch e := event.(type) {
	case cti.DialBegan:
		k.dialBegan(e)
	case cti.DialEnded:
		k.dialEnded(e)
	case cti.OriginateAnswered:
		k.originateAnswered(e)
	}
}

func (k *core) dispatchBridge(event cti.PBXEvent) {
	switch e := event.(type) {
	case cti.BridgeEntered:
		k.bridgeEntered(e)
	case cti.BridgeLeft:
		k.bridgeLeft(e)
	case cti.BridgeMerged:
		k.bridgeMerged(e)
	case cti.LocalJoined:
		k.localJoined(e)
	}
}

func (k *core) dispatchTransfer(event cti.PBXEvent) {
	switch e := event.(type) {
	case cti.BlindTransferred:
		k.blindTransferred(e)
	case cti.AttendedTransferred:
		k.attendedTransferred(e)
	case cti.PickedUp:
		k.pickedUp(e)
	case cti.Parked:
		k.parked(e)
	case cti.ParkingEnded:
		k.parkingEnded(e)
	}
}

func (k *core) dispatchQueue(event cti.PBXEvent) {
	switch e := event.(type) {
	case cti.QueueJoined:
		k.queueJoined(e)
	case cti.QueueLeft:
		k.queueLeft(e)
	case cti.QueueAbandoned:
		k.queueAbandoned(e)
	case cti.AgentOffered:
		k.agentOffered(e)
	case cti.AgentAnswered:
		k.agentAnswered(e)
	case cti.AgentMissed:
		k.agentMissed(e)
	case cti.AgentDone:
		k.agentDone(e)
	case cti.AgentDumped:
		k.agentDumped(e)
	}
}
