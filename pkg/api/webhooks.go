package api

import (
	"context"
	"fmt"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"callcard/pkg/cti"
)

// Webhooks manages the endpoints that are told what happens.
type Webhooks interface {
	List() []cti.Webhook
	Get(id string) (cti.Webhook, error)
	Create(ctx context.Context, w cti.Webhook) (cti.Webhook, error)
	Update(ctx context.Context, id string, edit func(*cti.Webhook)) (cti.Webhook, error)
	Rotate(ctx context.Context, id string) (cti.Webhook, error)
	Delete(ctx context.Context, id string) error
	Test(ctx context.Context, id string, by cti.UserID) error
}

// Deliveries is the outbox.
type Deliveries interface {
	OutboxStats(ctx context.Context) (map[string]cti.OutboxStats, error)
	Deliveries(ctx context.Context, f cti.DeliveryFilter) (found []cti.Delivery, next string, err error)
	Delivery(ctx context.Context, id string) (cti.Delivery, error)
	ReplayDeliveries(ctx context.Context, id string, f cti.DeliveryFilter, now time.Time) (int64, error)
	PurgeDeliveries(ctx context.Context, target string, state cti.DeliveryState, before time.Time) (int64, error)
}

// webhookView is an endpoint as it is shown: its secrets are not.
type webhookView struct {
	ID          string            `json:"id"`
	URL         string            `json:"url"`
	Format      cti.WebhookFormat `json:"format"`
	Events      []string          `json:"events"`
	Description string            `json:"description,omitempty"`
	Enabled     bool              `json:"enabled"`
	Disabled    string            `json:"disabled,omitempty" doc:"Why it was switched off by itself"`
	Fixed       bool              `json:"fixed" doc:"From the configuration: cannot be changed here"`
	Created     time.Time         `json:"created,omitzero"`
	Secret      string            `json:"secret,omitempty" doc:"The signing secret; shown once, when it is made"`
	cti.OutboxStats
}

func (s *server) webhookView(ctx context.Context, w cti.Webhook) (webhookView, error) {
	stats, err := s.Deliveries.OutboxStats(ctx)
	return webhookView{
		ID: w.ID, URL: w.URL, Format: w.Format, Events: list(w.Events), Description: w.Description,
		Enabled: w.Enabled, Disabled: w.Disabled, Fixed: w.Fixed, Created: w.Created, OutboxStats: stats[w.ID],
	}, err
}

// mayManage: endpoints see everybody's calls, so they are the administrator's, and the
// CRM's own.
func mayManage(ctx context.Context) error {
	if role := userOf(ctx).Role; role != cti.RoleAdmin && role != cti.RoleService {
		return fmt.Errorf("webhooks are for the roles admin and service: %w", cti.ErrForbidden)
	}
	return nil
}

func (s *server) webhookRoutes(v1 huma.API) {
	add(s, v1, get("/webhooks", "webhooks", "Endpoints that are told what happens"), s.webhooks)
	add(s, v1, created(post("/webhooks", "webhooks", "Add an endpoint")), s.createWebhook)
	add(s, v1, get("/webhooks/{id}", "webhooks", "One endpoint"), s.webhook)
	add(s, v1, patch("/webhooks/{id}", "webhooks", "Change an endpoint"), s.updateWebhook)
	add(s, v1, noContent(remove("/webhooks/{id}", "webhooks", "Forget an endpoint and its messages")), s.deleteWebhook)
	add(s, v1, post("/webhooks/{id}/secret", "webhooks", "Make a new signing secret; the old one holds for a day"), s.rotateWebhook)
	add(s, v1, noContent(post("/webhooks/{id}/test", "webhooks", "Send the event webhook.test")), s.testWebhook)
	add(s, v1, post("/webhooks/{id}/replay", "webhooks", "Send messages again, under their ids"), s.replayWebhook)
	add(s, v1, get("/webhooks/{id}/deliveries", "webhooks", "Messages to an endpoint, newest first"), s.deliveries)
	add(s, v1, remove("/webhooks/{id}/deliveries", "webhooks", "Forget messages that are not pending"), s.purgeDeliveries)
	add(s, v1, get("/deliveries/{id}", "webhooks", "One message with its body"), s.delivery)
	add(s, v1, post("/deliveries/{id}/replay", "webhooks", "Send one message again, under its id"), s.replayDelivery)
}

type webhookOutput struct{ Body webhookView }

type webhookPath struct {
	ID string `path:"id" doc:"Id of a webhook"`
}

func (s *server) webhooks(ctx context.Context, _ *struct{}) (*listOutput[webhookView], error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	var views []webhookView
	for _, w := range s.Webhooks.List() {
		view, err := s.webhookView(ctx, w)
		if err != nil {
			return nil, err
		}
		views = append(views, view)
	}
	return listOf(views), nil
}

func (s *server) webhook(ctx context.Context, in *webhookPath) (*webhookOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	w, err := s.Webhooks.Get(in.ID)
	if err != nil {
		return nil, err
	}
	view, err := s.webhookView(ctx, w)
	return &webhookOutput{view}, err
}

type webhookFields struct {
	URL         *string            `json:"url,omitempty" maxLength:"2048" doc:"Where messages are posted to"`
	Format      *cti.WebhookFormat `json:"format,omitempty" enum:"callcard,cloudevents,zammad-cti,sipgate" doc:"Shape of the messages; callcard when absent"`
	Events      []string           `json:"events,omitempty" maxItems:"50" doc:"Names of events, such as call.ended, call.* or *"`
	Description *string            `json:"description,omitempty" maxLength:"200"`
	Enabled     *bool              `json:"enabled,omitempty" doc:"true when absent"`
	CA          *string            `json:"ca,omitempty" maxLength:"65536" doc:"PEM of the authority that signed the endpoint's certificate"`
	Certificate *string            `json:"certificate,omitempty" maxLength:"65536" doc:"PEM of what callcard shows the endpoint (mTLS); never shown again"`
	Key         *string            `json:"key,omitempty" maxLength:"65536" doc:"PEM of the key of that certificate; never shown again"`
}

func (f webhookFields) onto(w *cti.Webhook) {
	set(&w.URL, f.URL)
	set(&w.Format, f.Format)
	set(&w.Description, f.Description)
	set(&w.Enabled, f.Enabled)
	set(&w.CA, f.CA)
	set(&w.Certificate, f.Certificate)
	if f.Key != nil {
		w.Key = cti.Hidden(*f.Key)
	}
	if f.Events != nil {
		w.Events = f.Events
	}
}

func set[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

type createWebhookInput struct{ Body webhookFields }

func (s *server) createWebhook(ctx context.Context, in *createWebhookInput) (*webhookOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	w := cti.Webhook{Enabled: true}
	in.Body.onto(&w)
	return s.withSecret(ctx)(s.Webhooks.Create(ctx, w))
}

// withSecret shows the newest secret: it was just made.
func (s *server) withSecret(ctx context.Context) func(cti.Webhook, error) (*webhookOutput, error) {
	return func(w cti.Webhook, err error) (*webhookOutput, error) {
		if err != nil {
			return nil, inBody(err)
		}
		view, err := s.webhookView(ctx, w)
		view.Secret = w.Secrets[0].Key.Reveal()
		return &webhookOutput{view}, err
	}
}

type updateWebhookInput struct {
	ID   string `path:"id" doc:"Id of a webhook"`
	Body webhookFields
}

func (s *server) updateWebhook(ctx context.Context, in *updateWebhookInput) (*webhookOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	w, err := s.Webhooks.Update(ctx, in.ID, in.Body.onto)
	if err != nil {
		return nil, inBody(err)
	}
	view, err := s.webhookView(ctx, w)
	return &webhookOutput{view}, err
}

func (s *server) rotateWebhook(ctx context.Context, in *webhookPath) (*webhookOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	return s.withSecret(ctx)(s.Webhooks.Rotate(ctx, in.ID))
}

func (s *server) deleteWebhook(ctx context.Context, in *webhookPath) (*struct{}, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	return nil, s.Webhooks.Delete(ctx, in.ID)
}

func (s *server) testWebhook(ctx context.Context, in *webhookPath) (*struct{}, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	return nil, s.Webhooks.Test(ctx, in.ID, userOf(ctx).ID)
}

// deliveryView is a message; its body is shown when one is asked for.
type deliveryView struct {
	cti.Delivery
	Body string `json:"body,omitempty" doc:"What is posted"`
}

type deliveriesInput struct {
	ID     string            `path:"id" doc:"Id of a webhook"`
	State  cti.DeliveryState `query:"state" enum:"pending,delivered,expired,dead" doc:"Only these"`
	From   time.Time         `query:"from" doc:"Made at or after"`
	To     time.Time         `query:"to" doc:"Made before"`
	Cursor string            `query:"cursor" doc:"next_cursor of the page before"`
	Limit  int               `query:"limit" minimum:"1" maximum:"200" default:"50" doc:"At most so many"`
}

func (in deliveriesInput) filter() cti.DeliveryFilter {
	return cti.DeliveryFilter{Target: in.ID, State: in.State, From: in.From, To: in.To, Cursor: in.Cursor, Limit: in.Limit}
}

type deliveriesOutput struct {
	Body struct {
		items[deliveryView]
		Next string `json:"next_cursor,omitempty" doc:"Cursor of the next page, absent on the last"`
	}
}

func (s *server) deliveries(ctx context.Context, in *deliveriesInput) (*deliveriesOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	found, next, err := s.Deliveries.Deliveries(ctx, in.filter())
	if err != nil {
		return nil, err
	}
	out := &deliveriesOutput{}
	out.Body.Items, out.Body.Next = make([]deliveryView, 0, len(found)), next
	for _, d := range found {
		out.Body.Items = append(out.Body.Items, deliveryView{Delivery: d})
	}
	return out, nil
}

type countOutput struct {
	Body struct {
		Count int64 `json:"count" doc:"How many messages it was"`
	}
}

func counted(n int64, err error) (*countOutput, error) {
	out := &countOutput{}
	out.Body.Count = n
	return out, err
}

func (s *server) purgeDeliveries(ctx context.Context, in *deliveriesInput) (*countOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	before := in.To
	if before.IsZero() {
		before = s.Now()
	}
	return counted(s.Deliveries.PurgeDeliveries(ctx, in.ID, in.State, before))
}

type replayInput struct {
	ID   string `path:"id" doc:"Id of a webhook"`
	Body struct {
		State cti.DeliveryState `json:"state,omitempty" enum:"delivered,expired,dead" doc:"Only these; dead when absent"`
		From  time.Time         `json:"from,omitzero" required:"false" doc:"Made at or after"`
		To    time.Time         `json:"to,omitzero" required:"false" doc:"Made before"`
	}
}

func (s *server) replayWebhook(ctx context.Context, in *replayInput) (*countOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	state := in.Body.State
	if state == "" {
		state = cti.DeliveryDead
	}
	filter := cti.DeliveryFilter{Target: in.ID, State: state, From: in.Body.From, To: in.Body.To}
	return counted(s.Deliveries.ReplayDeliveries(ctx, "", filter, s.Now()))
}

type deliveryPath struct {
	ID string `path:"id" doc:"Id of a delivery"`
}

type deliveryOutput struct{ Body deliveryView }

func (s *server) delivery(ctx context.Context, in *deliveryPath) (*deliveryOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	d, err := s.Deliveries.Delivery(ctx, in.ID)
	return &deliveryOutput{deliveryView{d, string(d.Body)}}, err
}

func (s *server) replayDelivery(ctx context.Context, in *deliveryPath) (*countOutput, error) {
	if err := mayManage(ctx); err != nil {
		return nil, err
	}
	return counted(s.Deliveries.ReplayDeliveries(ctx, in.ID, cti.DeliveryFilter{}, s.Now()))
}
