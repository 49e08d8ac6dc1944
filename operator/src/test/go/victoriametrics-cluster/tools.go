//go:build tools

package tools

import (
	_ "github.com/VictoriaMetrics/VictoriaMetrics/app/vminsert"
	_ "github.com/VictoriaMetrics/VictoriaMetrics/app/vmselect"
	_ "github.com/VictoriaMetrics/VictoriaMetrics/app/vmstorage"
)
