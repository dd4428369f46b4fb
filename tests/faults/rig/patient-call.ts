import { setTimeout as wait } from 'node:timers/promises'
import { errorCatalogue, type OperationName } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { call, Refusal } from '../../../benchmarks/targets/rest-caller.ts'

/**
 * Like `call`, but repeats a request that a busy server refuses, after the time that it gives, until the deadline of
 * patience. For setting up a case.
 */
export async function callPatiently<N extends OperationName>(...asked: Parameters<typeof call<N>>) {
  for (const end = performance.now() + patience.waitMs; ; ) {
    try {
      return await call<N>(...asked)
    } catch (error) {
      const isBusy = error instanceof Refusal && errorCatalogue[error.error.code].retry
      if (!isBusy || performance.now() > end) throw error
      await wait(error.error.retryAfterMs ?? 1_000)
    }
  }
}
