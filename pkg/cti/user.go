package cti

// UserRole decides what a user may see and do.
type UserRole string

const (
	RoleAgent      UserRole = "agent"
	RoleSupervisor UserRole = "supervisor"
	RoleAdmin      UserRole = "admin"
	RoleService    UserRole = "service" // a machine: the CRM
)

// User is a person or a service that may log in.
type User struct {
	ID        UserID   `json:"username"`
	Name      string   `json:"name"`
	Role      UserRole `json:"role"`
	PBX       string   `json:"pbx,omitempty"`       // which PBX the interface belongs to; "" = the first configured
	Interface string   `json:"interface,omitempty"` // "PJSIP/1001" or "Local/1001@from-queue/n"
	Device    Device   `json:"device,omitempty"`    // the phone behind it
	Extension string   `json:"extension,omitempty"`
	Queues    []string `json:"queues"`
}

// SeesAll reports whether the user sees other agents' calls.
func (u User) SeesAll() bool { return u.Role != RoleAgent }
