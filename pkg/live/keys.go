package live

import (
	"time"

	"callcard/pkg/cti"
)

// All keys. The state lies in a few hashes, so that few keys carry a TTL: a server that
// expires keys by scanning (the embedded one does) stays quick with many agents.
//
//	callcard:node:<node>      string  {"node","at"}: a daemon lives
//	callcard:agents           hash    <user> -> cti.AgentState
//	callcard:queues:<pbx>     hash    <queue> -> cti.QueueState
//	callcard:calls:<pbx>      hash    <call id> -> cti.Call, calls that are going on
const prefix = "callcard:"

const (
	// nodeTTL is how long after its last heartbeat a daemon counts as alive.
	nodeTTL = 15 * time.Second
	// stateTTL clears the state of a daemon that died; each heartbeat renews it.
	stateTTL = time.Minute
	// heartbeatEvery leaves room for two that fail.
	heartbeatEvery = 5 * time.Second
)

func nodeKey(node string) string { return prefix + "node:" + node }
func agentsKey() string          { return prefix + "agents" }
func queuesKey(pbx string) string {
	return prefix + "queues:" + pbx
}

func callsKey(pbx string) string {
	return prefix + "calls:" + pbx
}

// field is one value's place: a hash and the name within.
type field struct{ key, name string }

func agentField(s cti.AgentState) field { return field{agentsKey(), string(s.User)} }
func queueField(s cti.QueueState) field { return field{queuesKey(s.PBX), s.Name} }
func callField(id cti.CallID) field     { return field{callsKey(id.PBX()), string(id)} }
