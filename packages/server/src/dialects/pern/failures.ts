import { errorCatalogue, type WireError } from '@parley/protocol'
import { type Answer, type Emission, type Plan, PlanError } from '../dialect.ts'

/** What their clients call failures, by the HTTP status; the first four stand in their document. */
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

/** Their document has no event for a failure: to a client that wants no acknowledgement it is one all the same. */
export const failed = (error: WireError): Emission[] => [{ event: 'error', payload: toError(error) }]

export const refusal = (error: WireError) => ({ success: false, error: toError(error) })

export const routeFailed = (error: WireError): Answer => ({
  status: errorCatalogue[error.code].status,
  body: { ...refusal(error), data: null },
})

/**
 * Who is not a participant hears of a `ForbiddenError` when they would change something in a conversation: the same for one
 * that does not exist, so that nobody learns which there are.
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
