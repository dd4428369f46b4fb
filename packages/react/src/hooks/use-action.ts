import { useCallback, useLayoutEffect, useRef, useState } from 'react'

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

interface DialogActionOptions<T> {
  /** The person cancels: must close the dialog. */
  onClose: () => void
  /** The action succeeded. Default: `onClose`. */
  onDone?: (result: T) => void
}

/**
 * The action of a dialog (see `useAction`), which the person can cancel at any time, also while it runs: `cancel` calls
 * `onClose`. A success calls `onDone` with the result, but not after `cancel`, which does not stop a request that has
 * begun: by then the person may have opened something else, which `onClose` would close and `onDone` would leave. It
 * calls `onDone` also if the dialog is not mounted any more, because the success itself may unmount it.
 */
export function useDialogAction<A extends unknown[], T>(
  action: (...input: A) => Promise<T>,
  { onClose, onDone = onClose }: DialogActionOptions<T>,
) {
  const isCancelled = useRef(false)
  const running = useAction(async (...input: A) => {
    isCancelled.current = false
    const result = await action(...input)
    if (!isCancelled.current) onDone(result)
  })
  const cancel = () => {
    isCancelled.current = true
    onClose()
  }
  return { ...running, cancel }
}

/**
 * A stable function that returns whether the component is mounted, for what an action does after its success: if the
 * person has left the component meanwhile, the action must not take them elsewhere.
 */
export function useIsMounted(): () => boolean {
  const isMounted = useRef(false)
  useLayoutEffect(() => {
    isMounted.current = true
    return () => {
      isMounted.current = false
    }
  }, [])
  return useCallback(() => isMounted.current, [])
}
