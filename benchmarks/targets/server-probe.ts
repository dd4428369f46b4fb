/** Loaded into a server by `--import`: reports figures of the process when the runner asks for them. */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Probe } from '../scenario.ts'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()

process.on('message', (question) => {
  if (question !== 'probe') return
  const { heapUsed, external } = process.memoryUsage()
  const probe: Probe = {
    loopP99: delay.percentile(99) / 1e6,
    handles: process.getActiveResourcesInfo().length,
    heapUsedBytes: heapUsed,
    externalBytes: external,
  }
  delay.reset()
  process.send?.({ probe })
})
// The server ends when its own work does.
process.channel?.unref()
