import { Session } from 'node:inspector/promises'
import { relative } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface ExecutedFiles {
  /**
   * The files in which a function was called since the last `take`, or since the watch began: paths from the root, in
   * no order.
   */
  take(): Promise<Set<string>>
  stop(): void
}

/**
 * Counts the calls of functions in this process from now on, until `stop`. What runs while a module is loaded is no
 * call.
 */
export async function watchExecutedFiles(root: string): Promise<ExecutedFiles> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: false })
  return {
    take: async () => {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      const called = result.filter(({ url, functions }) => {
        // The range of the module itself begins at 0.
        const calls = functions.filter(({ ranges: [range] }) => range && range.startOffset > 0 && range.count > 0)
        return url.startsWith('file:') && calls.length > 0
      })
      return new Set(called.map(({ url }) => relative(root, fileURLToPath(url))))
    },
    stop: () => session.disconnect(),
  }
}
