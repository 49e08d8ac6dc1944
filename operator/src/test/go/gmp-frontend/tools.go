//go:build tools

package tools

import _ "github.com/GoogleCloudPlatform/prometheus-engine/cmd/frontend"
