import { MemoryLog } from '../measure/memory-log.ts'
import type { Figures, FigureText, Job } from '../scenario.ts'
import { Caller } from './caller.ts'
import { pace } from './pace.ts'

/** The title and unit of what `stallReader` returns. */
export const stalledFigureTexts = {
  stalledCost: { title: 'server memory that one stalled reader costs', unit: 'MiB' },
} as const satisfies Record<string, FigureText>

/**
 * Connects the last user of the crowd, a member of every room, and stops reading its socket, while it goes on sending
 * to the rooms for `stalledSeconds`. Resolves with the growth of the server's memory in MiB.
 */
export const stallReader = async (job: Job, send: (dueMs: number, i: number) => number): Promise<Figures> => {
  const { rate = 1, stalledSeconds = 1 } = job.settings.numbers
  const reader = await Caller.enter(job, job.crowd.members.length - 1)
  await reader.ask('sync.run', {})
  const memory = new MemoryLog(job.pids)
  reader.stopReading()
  await pace(rate, stalledSeconds, send)
  memory.stop()
  reader.close()
  return { stalledCost: memory.most() - memory.at(0) }
}
