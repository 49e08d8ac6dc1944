// Compares manifests with the objects in a cluster as Argo CD does, with Argo CD's own code, and prints each that it would show
// as out of sync.
package main

import (
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-cd/gitops-engine/pkg/diff"
	"github.com/argoproj/argo-cd/gitops-engine/pkg/utils/kube"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
)

// Arguments: manifests as YAML; the live objects as "kubectl get -f MANIFESTS -o json" prints them.
func main() {
	if err := run(os.Args[1], os.Args[2]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func run(manifests, live string) error {
	text, err := os.ReadFile(manifests)
	if err != nil {
		return err
	}
	objects, err := kube.SplitYAML(text)
	if err != nil {
		return err
	}
	text, err = os.ReadFile(live)
	if err != nil {
		return err
	}
	var list struct{ Items []map[string]any }
	if err := json.Unmarshal(text, &list); err != nil {
		return err
	}
	byKey := map[kube.ResourceKey]*unstructured.Unstructured{}
	for _, item := range list.Items {
		object := &unstructured.Unstructured{Object: item}
		byKey[kube.GetResourceKey(object)] = object
	}
	drifted := 0
	for _, object := range objects {
		key := kube.GetResourceKey(object)
		result, err := diff.Diff(object, byKey[key])
		if err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		if result.Modified {
			drifted++
			fmt.Printf("drift %s:\n  live %s\n  want %s\n", key, result.NormalizedLive, result.PredictedLive)
		}
	}
	fmt.Printf("compared %d, drifted %d\n", len(objects), drifted)
	return nil
}
