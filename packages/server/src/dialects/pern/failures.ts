import { errorCatalogue, type WireError } from '@parley/protocol'
import { type Answer, type Emission, type Plan, PlanError } from '../dialect.ts'

/** Their names of errors by HTTP status; the first four are in their document. */
const names: Record<number, string> = {
  400: 'ValidationError',
  403: 'ForbiddenError',
  404: 'NotFoundError',
  409: 'ConflictError',
  401: 'UnauthorizedError',
  426: 'UpgradeRequiredError',
  429: 'TooManyRequestsError',
  503: 'UnavailableError',
}

const toError = ({ code, message, requestId, retryAfterMs }: WireError) => {
  const { status } = errorCatalogue[code]
  return {
    name: names[status] ?? 'InternalError',
    message,
    status,
    requestId,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  }
}

/** Returns the event `error` after a failure, as a list of one. Their document has none for it. */
export const failed = (error: WireError): Emission[] => [{ event: 'error', payload: toError(error) }]

/** Returns the acknowledgement of a failure: `{ success: false, error }`. */
export const refusal = (error: WireError) => ({ success: false, error: toError(error) })

/**
 * Returns the HTTP answer to a failure: the status of its code, and the body `{ success: false, error, data: null }`.
 */
export const routeFailed = (error: WireError): Answer => ({
  status: errorCatalogue[error.code].status,
  body: { ...refusal(error), data: null },
})

/**
 * Runs a plan and returns its result; turns a `not_found` that it throws into their `ForbiddenError` (`forbidden`),
 * which their clients expect when a user who is no participant changes something. It is the same for conversations that
 * do not exist, so that it does not reveal which exist. Other errors are thrown unchanged.
 */
export function* asParticipant<T>(plan: Plan<T>): Plan<T> {
  try {
    return yield* plan
  } catch (error) {
    if (!(error instanceof PlanError) || error.error.code !== 'not_found') throw error
    throw new PlanError({
      ...error.error,
      code: 'forbidden',
      message: 'You are not a participant of this conversation.',
    })
  }
}
