package calls

import (
	"slices"

	"callcard/pkg/cti"
)

// bridge is a meeting of legs. In a holding bridge nobody talks; in a conference
// people talk but their calls stay apart.
type bridge struct {
	id      pbxKey
	holding bool
	mixes   bool // Asterisk joins the Linkedids of those who meet here
	legs    []*leg
}

func (k *core) bridgeOf(pbx, id, kind string) *bridge {
	key := pbxKey{pbx, id}
	b := k.bridges[key]
	if b == nil {
		b = &bridge{id: key}
		k.bridges[key] = b
	}
	b.holding = kind == "holding"
	b.mixes = kind == "basic" || kind == "stasis" || kind == ""
	return b
}

func (k *core) bridgeEntered(e cti.BridgeEntered) {
	l := k.meet(&e.Leg)
	if l == nil || e.Bridge == "" {
		return
	}
	b := k.bridgeOf(l.ID.PBX, e.Bridge, e.Type)
	if other := k.legs[e.Swap]; other != nil && other.bridge == b {
		k.leaveBridge(other)
	}
	k.enter(b, l)
}

func (k *core) enter(b *bridge, l *leg) {
	if l.bridge == b {
		return
	}
	k.leaveBridge(l)
	l.bridge = b
	b.legs = append(b.legs, l)
	if l.call != nil {
		l.call.legsChanged = true
	}
	if b.mixes {
		k.meetInBridge(b, l)
	}
	k.retalkBridge(b, l)
}

// meetInBridge joins the calls of those who mix in a bridge.
func (k *core) meetInBridge(b *bridge, l *leg) {
	for _, other := range b.legs {
		if other != l {
			k.join(other, l, "merge.bridge", "legs of two calls met in a bridge")
		}
	}
}

func (k *core) bridgeLeft(e cti.BridgeLeft) {
	l := k.meet(&e.Leg)
	if l == nil || l.bridge == nil || l.bridge.id.name != e.Bridge {
		return
	}
	b := l.bridge
	k.leaveBridge(l)
	k.retalkBridge(b, l)
}

func (k *core) leaveBridge(l *leg) {
	b := l.bridge
	if b == nil {
		return
	}
	l.bridge = nil
	b.legs = slices.DeleteFunc(b.legs, func(other *leg) bool { return other == l })
	if len(b.legs) == 0 && k.bridges[b.id] == b {
		delete(k.bridges, b.id)
	}
	if l.call != nil {
		l.call.legsChanged = true
	}
}

// bridgeMerged only joins the calls; the legs come over by BridgeEnter.
func (k *core) bridgeMerged(e cti.BridgeMerged) {
	into, from := k.bridges[pbxKey{e.PBX, e.Into}], k.bridges[pbxKey{e.PBX, e.From}]
	if into == nil || from == nil || len(into.legs) == 0 || len(from.legs) == 0 || !into.mixes || !from.mixes {
		return
	}
	k.join(into.legs[0], from.legs[0], "merge.bridges", "two bridges became one")
}

func (k *core) localJoined(e cti.LocalJoined) {
	one, two := k.meet(&e.One), k.meet(&e.Two)
	if one == nil || two == nil {
		return
	}
	k.twin(one, two)
	if c := k.join(one, two, "merge.local", "the halves of a Local channel"); c != nil {
		k.retalk(c, nil)
	}
}

// twin links the halves of a Local channel.
func (k *core) twin(one, two *leg) { one.peer, two.peer = two, one }

// retalkBridge looks again at every call that has a leg in the bridge.
func (k *core) retalkBridge(b *bridge, cause *leg) {
	if cause.call != nil {
		k.retalk(cause.call, cause)
	}
	for i := 0; i < len(b.legs); i++ {
		if other := b.legs[i]; other.call != nil && other.call != cause.call {
			k.retalk(other.call, cause)
		}
	}
}

// reach lists everybody whom the leg can hear now: those in its bridge, and through
// Local channels those in the next one. The leg itself is the first.
func (k *core) reach(from *leg) []*leg {
	k.walk = append(k.walk[:0], from)
	for i := 0; i < len(k.walk); i++ {
		l := k.walk[i]
		if l.peer != nil && !l.peer.gone {
			k.visit(l.peer)
		}
		if l.bridge == nil || l.bridge.holding {
			continue
		}
		for _, other := range l.bridge.legs {
			k.visit(other)
		}
	}
	return k.walk
}

func (k *core) visit(l *leg) {
	if !slices.Contains(k.walk, l) {
		k.walk = append(k.walk, l)
	}
}
