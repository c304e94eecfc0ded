package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"callcard/pkg/auth"
	"callcard/pkg/cti"
)

// tokenLife is how long a machine's token lasts: nobody is there to log in again.
const tokenLife = 10 * 365 * 24 * time.Hour

func newUserTokenCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "token NAME",
		Short: "Make a token for a user of the role service, and print it once",
		Args:  cobra.ExactArgs(1),
	}
	path := configFlag(cmd)
	cmd.RunE = func(cmd *cobra.Command, args []string) (err error) {
		cfg, err := loadConfig(*path)
		if err != nil {
			return err
		}
		s, err := openStore(cmd.Context(), cfg)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, s.Close()) }()
		users, err := s.Users(cmd.Context())
		if err != nil {
			return err
		}
		for _, user := range users {
			if string(user.ID) != args[0] || user.Role != cti.RoleService {
				continue
			}
			token, err := auth.IssueToken(cmd.Context(), s, user.ID, tokenLife)
			if err == nil {
				_, err = fmt.Fprintln(cmd.OutOrStdout(), token)
			}
			return err
		}
		return usageError{&cti.InvalidError{Field: "NAME", Got: args[0], Want: "a user of the role service"}}
	}
	return cmd
}
