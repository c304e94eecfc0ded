package ami_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"callcard/connector/ami"
	"callcard/connector/ami/amitest"
)

func TestListAndLiveEventsKeepTheirOrder(t *testing.T) {
	t.Parallel()
	conn, peer := connected(t, nil)
	go func() {
		r := peer.Expect("CoreShowChannels")
		peer.Send("Event: Newchannel", "Uniqueid: 1")
		r.StartList()
		r.Item("Event: CoreShowChannel\nUniqueid: 1")
		peer.Send("Event: Newchannel", "Uniqueid: 2")
		r.Item("Event: CoreShowChannel\nUniqueid: 2")
		r.EndList("CoreShowChannelsComplete", 2)
		peer.Send("Event: Hangup", "Uniqueid: 1")
	}()
	list, err := conn.List(testContext(t), ami.NewAction("CoreShowChannels"))
	if err != nil {
		t.Fatal(err)
	}
	if len(list.Items) != 2 || list.Items[1].Get("Uniqueid") != "2" {
		t.Fatalf("items: %v", list.Items)
	}
	var got []string
	for range 3 {
		m, err := conn.Next(testContext(t))
		if err != nil {
			t.Fatal(err)
		}
		place := "after"
		if m.Seq < list.Response.Seq {
			place = "before"
		} else if m.Seq < list.Complete.Seq {
			place = "within"
		}
		got = append(got, place+" "+m.Event()+" "+m.Get("Uniqueid"))
	}
	want := []string{"before Newchannel 1", "within Newchannel 2", "after Hangup 1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestListCompletesOrFails(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		answer func(amitest.Request)
		want   error
	}{
		{"empty", func(r amitest.Request) { r.List("QueueStatusComplete") }, nil},
		{"an item is missing", func(r amitest.Request) {
			r.StartList()
			r.Item("Event: QueueParams")
			r.EndList("QueueStatusComplete", 2)
		}, ami.ErrListIncomplete},
		{"cancelled", func(r amitest.Request) {
			r.StartList()
			r.Item("Event: QueueStatusComplete\nEventList: cancelled")
		}, ami.ErrListIncomplete},
		{"count is no number", func(r amitest.Request) {
			r.StartList()
			r.Item("Event: QueueStatusComplete\nEventList: Complete\nListItems: two")
		}, ami.ErrListIncomplete},
		{"made by hand, without EventList", func(r amitest.Request) {
			r.StartList()
			r.Item("Event: QueueStatusComplete")
		}, nil},
		{"no permission", func(r amitest.Request) { r.Error("Permission denied") }, ami.ErrPermission},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			conn, peer := connected(t, nil)
			go func() { tt.answer(peer.Expect("QueueStatus")) }()
			if _, err := conn.List(testContext(t), ami.NewAction("QueueStatus")); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
		})
	}
	t.Run("dropped in the middle", func(t *testing.T) {
		t.Parallel()
		conn, peer := connected(t, nil)
		go func() {
			peer.Expect("QueueStatus").StartList()
			peer.Drop()
		}()
		if l, err := conn.List(testContext(t), ami.NewAction("QueueStatus")); err == nil || l.Items != nil {
			t.Errorf("got %v, %v", l, err)
		}
	})
}
