import { setTimeout as wait } from 'node:timers/promises'
import { errorCatalogue, type OperationName } from '@parley/protocol'
import { patience } from '@parley/server/testing/patience'
import { call, Refusal } from '../../../benchmarks/targets/rest-caller.ts'

/** Like `call`, for what is done before a case begins: a server that has too much to do is asked again when it says. */
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
