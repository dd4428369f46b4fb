import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises'

/**
 * An open loop: calls `act` `rate` times a second for `seconds`, each time with the time at which the call was due. If
 * this process falls behind, it catches up, and the delay is included in the latency. It ends early once `isOver`
 * returns true.
 *
 * @example await pace(100, 5, (dueMs) => traffic.send(0, 0, dueMs))
 */
export const pace = async (
  rate: number,
  seconds: number,
  act: (dueMs: number, i: number) => void,
  isOver: () => boolean = () => false,
): Promise<void> => {
  const start = performance.now()
  const total = Math.round(rate * seconds)
  let done = 0
  while (done < total && !isOver()) {
    const now = performance.now()
    while (done < total && start + (done * 1_000) / rate <= now) {
      act(start + (done * 1_000) / rate, done)
      done += 1
    }
    const untilNext = start + (done * 1_000) / rate - performance.now()
    if (untilNext > 2) await wait(untilNext - 1)
    else await turn()
  }
}
