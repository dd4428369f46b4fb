import { z } from 'zod'
import { type ErrorCode, errorCatalogue } from './errors.ts'

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]

/** What a caller gets when an operation fails, with the change that a conversation can have. */
export function composeFailure<Change extends z.ZodType>(change: Change) {
  const ErrorShape = z
    .strictObject({
      code: z.enum(codes),
      message: z.string(),
      requestId: z.string().describe('Finds the request in the server’s log.'),
      retryAfterMs: z.int().min(0).optional().describe('Milliseconds to wait before another try.'),
      change: change
        .optional()
        .describe(
          'Where somebody else was first: the rows as they are now. They move no position; the newer rev of each is valid.',
        ),
    })
    .meta({ id: 'Error' })
  const Failure = z.strictObject({ operation: z.string(), error: ErrorShape }).meta({ id: 'Failure' })
  return { ErrorShape, Failure }
}
