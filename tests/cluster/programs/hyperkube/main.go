// Command hyperkube is every program of a one-node Kubernetes cluster, and kubectl, in one executable.
// It acts as the program whose name it was called by, or as the one named by its first argument.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/metrics/prometheus/version" // makes the servers report their version
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
	apiserver "k8s.io/kubernetes/cmd/kube-apiserver/app"
	controllermanager "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"
)

var applets = map[string]func() *cobra.Command{
	"etcd":                    newEtcdCommand,
	"kube-apiserver":          apiserver.NewAPIServerCommand,
	"kube-controller-manager": controllermanager.NewControllerManagerCommand,
	"kube-scheduler":          func() *cobra.Command { return scheduler.NewSchedulerCommand() },
	"kubelet":                 func() *cobra.Command { return kubelet.NewKubeletCommand(context.Background()) },
	"kube-proxy":              proxy.NewProxyCommand,
	"kubectl":                 kubectl.NewDefaultKubectlCommand,
}

func main() {
	name := filepath.Base(os.Args[0])
	newCommand, found := applets[name]
	if !found && len(os.Args) > 1 {
		// Dropping the first argument leaves the applet's name as the program's, which kubelet and kubectl both read.
		os.Args = os.Args[1:]
		name = os.Args[0]
		newCommand, found = applets[name]
	}
	if !found {
		fmt.Fprintf(os.Stderr, "usage: hyperkube PROGRAM [FLAGS]\nprograms: %s\n",
			strings.Join(slices.Sorted(maps.Keys(applets)), " "))
		os.Exit(2)
	}
	command := newCommand()
	if name == "kubectl" {
		// kubectl's own main reports errors in this way; cli.Run would add the usage text to them.
		if err := cli.RunNoErrOutput(command); err != nil {
			kubectlutil.CheckErr(err)
		}
		return
	}
	os.Exit(cli.Run(command))
}
