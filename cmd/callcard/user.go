package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"callcard/connector/asterisk"
	"callcard/pkg/auth"
	"callcard/pkg/config"
	"callcard/pkg/cti"
	"callcard/pkg/store"
)

func newMigrateCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Bring the store's schema up to date; serve does it too",
		Args:  cobra.NoArgs,
	}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		s, err := openStore(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		if err := s.Close(); err != nil {
			return err
		}
		_, err = fmt.Fprintln(cmd.OutOrStdout(), "The store is up to date:", cfg.Store.URL)
		return err
	}
	return cmd
}

func openStore(ctx context.Context, cfg config.Config) (*store.Store, error) {
	s, err := store.Open(ctx, cfg.Store.URL.Reveal())
	if err != nil {
		return nil, err
	}
	if err := s.Migrate(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func newUserCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "user", Short: "Manage those who may log in", Args: cobra.NoArgs}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	cmd.AddCommand(newUserAddCommand(), newUserTokenCommand())
	return cmd
}

// userFlags are the flags of user add.
type userFlags struct {
	config, role, name, pbx, iface, device, extension string
	queues                                            []string
	passwordStdin                                     bool
}

func newUserAddCommand() *cobra.Command {
	var f userFlags
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Create a user",
		Example: "  echo \"$PASSWORD\" | callcard user add anna --role agent --interface PJSIP/1001 --extension 1001 --queues support,sales --password-stdin",
		Args:    cobra.ExactArgs(1),
		RunE:    func(cmd *cobra.Command, args []string) error { return addUser(cmd, args[0], f) },
	}
	flags := cmd.Flags()
	flags.StringVarP(&f.config, "config", "c", "", "configuration file")
	flags.StringVar(&f.role, "role", "agent", "agent, supervisor, admin or service")
	flags.StringVar(&f.name, "name", "", "the name that others see; NAME when empty")
	flags.StringVar(&f.pbx, "pbx", "", "id of the PBX that the interface belongs to; the first one when empty")
	flags.StringVar(&f.iface, "interface", "", "queue member of the agent, as PJSIP/1001 or Local/1001@from-queue/n")
	flags.StringVar(&f.device, "device", "", "the phone behind a Local interface, when its name does not tell")
	flags.StringVar(&f.extension, "extension", "", "the number that colleagues dial")
	flags.StringSliceVar(&f.queues, "queues", nil, "queues the agent serves, separated by commas")
	flags.BoolVar(&f.passwordStdin, "password-stdin", false, "read the password from the standard input (required)")
	return cmd
}

func addUser(cmd *cobra.Command, name string, f userFlags) error {
	if !f.passwordStdin {
		return usageError{errors.New("--password-stdin: got nothing, want it: a password in the arguments would be seen by everybody on this machine")}
	}
	cfg, err := loadConfig(f.config)
	if err != nil {
		return err
	}
	user, err := f.user(name, cfg)
	if err != nil {
		return usageError{err}
	}
	password, err := readPassword(cmd.InOrStdin())
	if err != nil {
		return err
	}
	hash, err := auth.HashPassword(password)
	if err != nil {
		return usageError{err}
	}
	if utf8.RuneCountInString(password) < auth.ShortPassword {
		_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "Warning: a password of fewer than %d characters is soon guessed.\n", auth.ShortPassword)
	}
	return saveUser(cmd, cfg, user, hash)
}

func saveUser(cmd *cobra.Command, cfg config.Config, user cti.User, hash string) error {
	s, err := openStore(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	warnAboutPhone(cmd, s, user)
	err = s.CreateUser(cmd.Context(), user, hash)
	if errors.Is(err, cti.ErrConflict) {
		err = usageError{&cti.InvalidError{Field: "NAME", Got: string(user.ID), Want: "a name that is not taken: this user exists"}}
	}
	if err := errors.Join(err, s.Close()); err != nil {
		return err
	}
	_, err = fmt.Fprintf(cmd.OutOrStdout(), "The %s %s may log in now.\n", user.Role, user.ID)
	return err
}

// warnAboutPhone tells of what is allowed and rarely meant. A store that cannot be
// read is not its matter: the next step says so.
func warnAboutPhone(cmd *cobra.Command, s *store.Store, user cti.User) {
	if user.Device == "" && user.Role == cti.RoleAgent {
		_, _ = fmt.Fprintln(cmd.ErrOrStderr(), "Warning: an agent without --interface has no phone, so no cards and no modes.")
	}
	users, _ := s.Users(cmd.Context())
	for _, other := range users {
		same := user.Device != "" && other.PBX == user.PBX && strings.EqualFold(string(other.Device), string(user.Device))
		if same && other.ID != user.ID {
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "Warning: %s is also the phone of %s; its cards go to one of them only.\n", user.Device, other.ID)
		}
	}
}

func readPassword(r io.Reader) (string, error) {
	line, err := bufio.NewReader(io.LimitReader(r, 4096)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}

var (
	userName  = regexp.MustCompile(`^[\pL\d][\pL\d._@-]{0,63}$`)
	ifaceName = regexp.MustCompile(`^[A-Za-z]+/[^\s,]+$`)
)

// user checks the flags as a whole and names every fault.
func (f userFlags) user(name string, cfg config.Config) (cti.User, error) {
	user := cti.User{
		ID: cti.UserID(name), Name: f.name, Role: cti.UserRole(f.role), PBX: f.pbx,
		Interface: f.iface, Device: cti.Device(f.device), Extension: f.extension, Queues: clean(f.queues),
	}
	if user.Name == "" {
		user.Name = name
	}
	var faults []error
	invalid := func(field, got, want string) {
		faults = append(faults, &cti.InvalidError{Field: field, Got: got, Want: want})
	}
	if !userName.MatchString(name) {
		invalid("NAME", name, "up to 64 letters, digits, . _ @ and -")
	}
	if roles := []string{"agent", "supervisor", "admin", "service"}; !slices.Contains(roles, f.role) {
		invalid("--role", f.role, strings.Join(roles, ", "))
	}
	if f.iface != "" && !ifaceName.MatchString(f.iface) {
		invalid("--interface", f.iface, "TECHNOLOGY/NAME, as PJSIP/1001")
	}
	if f.pbx != "" && !slices.ContainsFunc(cfg.PBX, func(p config.PBX) bool { return p.ID == f.pbx }) {
		invalid("--pbx", f.pbx, "the id of a configured PBX")
	}
	if f.iface == "" && len(user.Queues) > 0 {
		invalid("--queues", strings.Join(user.Queues, ","), "an --interface too, to be a member with")
	}
	if len(faults) > 0 {
		return cti.User{}, errors.Join(faults...)
	}
	return user, f.findDevice(&user, cfg)
}

// findDevice names the phone behind the interface by the rules of its PBX.
func (f userFlags) findDevice(user *cti.User, cfg config.Config) error {
	if user.Interface == "" || user.Device != "" {
		return nil
	}
	naming, err := asterisk.NewNaming(namingOptions(cfg, pbxOf(cfg, user.PBX)))
	if err != nil {
		return err
	}
	user.Device = naming.Member(user.Interface, "")
	if user.Device == "" {
		return &cti.InvalidError{Field: "--interface", Got: user.Interface, Want: "one whose phone its name tells, or --device with the phone"}
	}
	return nil
}

// pbxOf is the PBX of that id, or the first one for "".
func pbxOf(cfg config.Config, id string) config.PBX {
	for _, pbx := range cfg.PBX {
		if id == "" || pbx.ID == id {
			return pbx
		}
	}
	return config.PBX{}
}

func clean(list []string) []string {
	kept := []string{}
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(kept, s) {
			kept = append(kept, s)
		}
	}
	return kept
}
