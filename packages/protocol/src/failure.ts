import { z } from 'zod'
import { type ErrorCode, errorCatalogue } from './errors.ts'

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]

/**
 * Returns the schemas of the error of a reply (`ErrorShape`) and of the payload of `operation.failed` (`Failure`), in
 * which `change` is the schema of the optional change of a conversation.
 */
export function composeFailure<Change extends z.ZodType>(change: Change) {
  const ErrorShape = z
    .strictObject({
      code: z.enum(codes),
      message: z.string(),
      requestId: z.string().describe('The id of the request in the server’s log.'),
      retryAfterMs: z.int().min(0).optional().describe('Milliseconds to wait before another try.'),
      change: change
        .optional()
        .describe(
          'Present if somebody else changed the rows first: their present state. It does not move the position of the device; of each row the newer rev is valid.',
        ),
    })
    .meta({ id: 'Error' })
  const Failure = z.strictObject({ operation: z.string(), error: ErrorShape }).meta({ id: 'Failure' })
  return { ErrorShape, Failure }
}
