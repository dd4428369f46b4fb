/** Loaded into a server by `--import`: reports figures of the process when the runner asks for them. */
import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks'
import type { Probe } from '../scenario.ts'

const delay = monitorEventLoopDelay({ resolution: 10 })
delay.enable()

/** The turns of the event loop, with a timer each millisecond. It wakes the server, so it begins with the first probe. */
let turns: IntervalHistogram | undefined
const turnMs = 1

/** The longest time between two turns, less the time for which the timer waits anyway. */
const longestHold = (): number => {
  if (turns) return Math.max(0, turns.max / 1e6 - turnMs)
  turns = monitorEventLoopDelay({ resolution: turnMs })
  turns.enable()
  return 0
}

process.on('message', (question) => {
  if (question !== 'probe') return
  const { heapUsed, external } = process.memoryUsage()
  const probe: Probe = {
    loopP99: delay.percentile(99) / 1e6,
    longestHold: longestHold(),
    handles: process.getActiveResourcesInfo().length,
    heapUsedBytes: heapUsed,
    externalBytes: external,
  }
  delay.reset()
  turns?.reset()
  process.send?.({ probe })
})
// The server ends when its own work does.
process.channel?.unref()
