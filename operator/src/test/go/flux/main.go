// Applies manifests as Flux does, with Flux's own code, and prints each object that Flux would then apply again.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/fluxcd/pkg/ssa"
	"github.com/fluxcd/pkg/ssa/utils"
	"k8s.io/client-go/tools/clientcmd"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Arguments: kubeconfig, manifests.
func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(kubeconfig, manifests string) error {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return err
	}
	kube, err := client.New(config, client.Options{})
	if err != nil {
		return err
	}
	manager := ssa.NewResourceManager(kube, nil, ssa.Owner{Field: "kustomize-controller", Group: "kustomize.toolkit.fluxcd.io"})
	file, err := os.Open(manifests)
	if err != nil {
		return err
	}
	defer file.Close()
	objects, err := utils.ReadObjects(file)
	if err != nil {
		return err
	}
	ctx := context.Background()
	for _, object := range objects {
		if _, err := manager.Apply(ctx, object.DeepCopy(), ssa.DefaultApplyOptions()); err != nil {
			return fmt.Errorf("%s: %w", utils.FmtUnstructured(object), err)
		}
	}
	drifted := 0
	for _, object := range objects {
		change, _, _, err := manager.Diff(ctx, object.DeepCopy(), ssa.DefaultDiffOptions())
		if err != nil {
			return fmt.Errorf("%s: %w", utils.FmtUnstructured(object), err)
		}
		if change.Action != ssa.UnchangedAction {
			drifted++
			fmt.Printf("drift %s: %s\n", change.Subject, change.Action)
		}
	}
	fmt.Printf("compared %d, drifted %d\n", len(objects), drifted)
	return nil
}
