import { useCallback, useRef, useState } from 'react'

export interface Action<A extends unknown[]> {
  /**
   * Runs the action of the last rendering; the function stays the same. Resolves to true if the action succeeded, to
   * false if it failed or if an earlier run has not ended: then it does nothing. Never rejects.
   */
  run: (...input: A) => Promise<boolean>
  isRunning: boolean
  /** The error of the last run; null while it runs and after a success. */
  error: unknown
}

/**
 * The state of an asynchronous action that can fail. The action begins only when `run` is called, one run at a time:
 * while one has not ended, `run` does nothing and resolves to false. An action that throws or rejects puts its error
 * into `error`, and `run` resolves to false; it never rejects. A success resolves to true, without the result of the
 * action.
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
