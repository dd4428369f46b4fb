import { useCallback, useRef, useState } from 'react'

export interface Action<A extends unknown[]> {
  /** Runs it unless it is still running; true if it succeeded. */
  run: (...input: A) => Promise<boolean>
  isRunning: boolean
  /** What the last run failed with; null after a success. */
  error: unknown
}

/**
 * Something a person does that takes a while and can fail.
 *
 * @example
 * const leave = useAction(() => chat.memberships.leave(conversationId))
 * <Button isBusy={leave.isRunning} onClick={() => leave.run()}>Leave</Button>
 */
export function useAction<A extends unknown[]>(action: (...input: A) => Promise<unknown>): Action<A> {
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({ isRunning: false, error: null })
  const latest = useRef(action)
  latest.current = action
  const running = useRef(false)
  const run = useCallback(async (...input: A) => {
    if (running.current) return false
    running.current = true
    setState({ isRunning: true, error: null })
    try {
      await latest.current(...input)
      setState({ isRunning: false, error: null })
      return true
    } catch (error) {
      setState({ isRunning: false, error })
      return false
    } finally {
      running.current = false
    }
  }, [])
  return { run, ...state }
}
