import { z } from 'zod'
import { type ErrorCode, errorCatalogue } from './errors.ts'

const codes = Object.keys(errorCatalogue) as [ErrorCode, ...ErrorCode[]]

export const ErrorShape = z
  .strictObject({
    code: z.enum(codes),
    message: z.string(),
    requestId: z.string().describe('Finds the request in the server’s log.'),
    retryAfterMs: z.int().min(0).optional().describe('Milliseconds to wait before another try.'),
  })
  .meta({ id: 'Error' })

export const Failure = z.strictObject({ operation: z.string(), error: ErrorShape }).meta({ id: 'Failure' })
