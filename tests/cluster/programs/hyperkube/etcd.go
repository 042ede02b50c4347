package main

import (
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"
	"go.etcd.io/etcd/server/v3/embed"
)

// newEtcdCommand runs one etcd member from a configuration file until it fails or is told to stop.
func newEtcdCommand() *cobra.Command {
	var configFile string
	command := &cobra.Command{
		Use:          "etcd",
		SilenceUsage: true,
		RunE: func(*cobra.Command, []string) error {
			stop := make(chan os.Signal, 1)
			signal.Notify(stop, syscall.SIGTERM, os.Interrupt)
			config, err := embed.ConfigFromFile(configFile)
			if err != nil {
				return err
			}
			member, err := embed.StartEtcd(config)
			if err != nil {
				return err
			}
			defer member.Close()
			select {
			case <-stop:
				return nil
			case err := <-member.Err():
				return err
			}
		},
	}
	command.Flags().StringVar(&configFile, "config-file", "", "etcd configuration file")
	return command
}
