import type { IncomingHttpHeaders } from 'node:http'
import type { HttpBindings } from '@hono/node-server'
import {
  errorCatalogue,
  limits,
  type Operation,
  type OperationName,
  operations,
  type Reply,
  type WireError,
} from '@parley/protocol'
import { type ErrorHandler, Hono, type Context as HttpContext } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from 'pino'
import type { z } from 'zod'
import type { Authenticate } from '../auth/authenticate.ts'
import { bearerOf } from '../auth/bearer-token.ts'
import type { Caller, Stranger } from '../core/context.ts'
import { OperationError, shortened, toWireError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import { nameRequest } from '../idempotency/idempotent-request.ts'
import type { ApiKeys } from '../keys/api-keys.ts'
import { isKeyText } from '../keys/key-text.ts'
import type { ClientAddress } from './client-address.ts'
import type { IsFromHere } from './origin.ts'

/** What `requestCaller` needs to find the caller. */
export interface RequestCallerOptions {
  authenticate: Authenticate
  keys: ApiKeys
  isFromHere: IsFromHere
  clientAddress: ClientAddress
}

interface RestOptions extends RequestCallerOptions {
  runOperation: RunOperation
  /** Runs requests with an Idempotency-Key. */
  runOnce: RunOperation
  log: Logger
}

/** Makes a middleware that answers by `refuse` to bodies above `limits.packetBytes`, and closes their connection. */
export const limitBody = (refuse: (c: HttpContext) => Response) =>
  bodyLimit({
    maxSize: limits.packetBytes,
    onError: (c) => {
      const response = refuse(c)
      response.headers.set('Connection', 'close')
      return response
    },
  })

/**
 * Makes a route for every operation, with its path relative to that of the API; other paths and methods get
 * `unknown_operation`. Fields of the input come from path, query and body together. The answer is `invalid_input` for a
 * field in both query and body, for a body of a GET, and for a body that is too large or no JSON object. A request that
 * `nameRequest` names runs by `runOnce`. Other failures are left to the error handler (`answerFailure`) of the
 * application that mounts it.
 */
export function restRoutes(options: RestOptions): Hono {
  const { runOperation, runOnce, log } = options
  const app = new Hono()
  const refuse = (c: HttpContext, error: OperationError) => answerRefusal(c, error, log)
  const refuseInput = (c: HttpContext, sentence: string) => refuse(c, new OperationError('invalid_input', sentence))
  app.use(limitBody((c) => refuseInput(c, 'The body is too large.')))

  // Fixed paths must come before those with parameters: `/users/me` before `/users/:userId`.
  const named = (operation: Operation) => operation.http.path.split(':').length
  const entries = Object.entries(operations) as [OperationName, Operation][]
  const sorted = entries.sort(([, a], [, b]) => named(a) - named(b))
  for (const [name, operation] of sorted) {
    app.on(operation.http.method, operation.http.path, async (c) => {
      const input = await inputOf(c, operation)
      if (typeof input === 'string') return refuseInput(c, input)
      const asker = isForAnyone(c, operation) ? strangerOf(c, options) : await requestCaller(c, options)
      const caller = nameRequest(asker, c.req.header('idempotency-key'), name, input)
      const run = caller.request ? runOnce : runOperation
      return answer(c, await run(name, input, caller, c.get('requestId')), operation.http.status)
    })
  }
  app.all('*', (c) => refuse(c, new OperationError('unknown_operation')))
  return app
}

const tokenOf = (c: HttpContext) => bearerOf(c.req.header('authorization'))

/** Operations such as signing in ignore an invalid or expired token, but not an API key. */
const isForAnyone = (c: HttpContext, { httpOnly = false }: Operation) => httpOnly && !isKeyText(tokenOf(c))

/** Logs and answers a request that is refused before an operation runs; the status is that of the error's code. */
export function answerRefusal(c: HttpContext, error: OperationError, log: Logger): Response {
  const requestId = c.get('requestId')
  log.info({ code: error.code, method: c.req.method, requestId }, 'request refused')
  return answer(c, { ok: false, error: toWireError(error, requestId) })
}

/** The path for the log, without words that are as long as our secrets. */
const loggedPath = (c: HttpContext) => c.req.path.replace(/[\w-]{43,}/g, '…')

/** Makes the error handler: logs and answers a refusal as it is, others as `internal` or `unavailable`. */
export const answerFailure =
  (log: Logger): ErrorHandler =>
  (error, c) => {
    const requestId = c.get('requestId')
    if (error instanceof OperationError) return answerRefusal(c, error, log)
    // The client has closed the connection: that is no failure of ours.
    if (c.req.raw.signal.aborted) log.info({ path: loggedPath(c), requestId }, 'request broken off')
    else log.error({ err: error, path: loggedPath(c), requestId }, 'request failed')
    return answer(c, { ok: false, error: toWireError(error, requestId) })
  }

/** Sends a reply as JSON, uncached, with `status` if it is ok, else that of its error and `Retry-After`. */
export function answer(c: HttpContext, reply: Reply<unknown>, status: 200 | 201 = 200): Response {
  c.header('Cache-Control', 'no-store')
  if (reply.ok) return c.json(reply, status)
  setRetryAfter(c, reply.error)
  return c.json(reply, errorCatalogue[reply.error.code].status)
}

/** Sets the header Retry-After, in whole seconds, rounded up, if the error has a time to wait; else does nothing. */
export function setRetryAfter(c: HttpContext, { retryAfterMs }: WireError): void {
  if (retryAfterMs !== undefined) c.header('Retry-After', String(Math.ceil(retryAfterMs / 1_000)))
}

/**
 * Finds the caller by API key, token or cookies; a stranger if they are missing or invalid, and for cookies from other
 * sites. Rejects if they cannot be checked. For an API key it rejects with `rate_limited`; with `forbidden` if the key
 * must not act as the user in `Parley-User`; and with `not_found` if that is no active user.
 */
export async function requestCaller(c: HttpContext, options: RequestCallerOptions): Promise<Caller | Stranger> {
  const request = (c.env as HttpBindings).incoming
  const headers: IncomingHttpHeaders = Object.fromEntries(c.req.raw.headers)
  const token = tokenOf(c)
  if (isKeyText(token)) return options.keys.callerOf(token, c.req.header('parley-user'), strangerOf(c, options))
  // Browsers send the host's cookies with requests from pages of other sites too, but never a token.
  if (token === undefined && !options.isFromHere(request)) return strangerOf(c, options)
  const identity = await options.authenticate({ token, headers, request })
  if (identity) return { user: identity.user, sessionId: identity.sessionId, socket: null }
  return strangerOf(c, options)
}

const strangerOf = (c: HttpContext, { clientAddress }: RequestCallerOptions): Stranger => ({
  user: null,
  address: clientAddress((c.env as HttpBindings).incoming),
  userAgent: c.req.header('user-agent') ?? '',
})

/**
 * The input of an operation from query, body and path together, for every method, so that no field is ignored.
 * Parameters of the path win. Returns a sentence for the client if a field is in both query and body, or the body is
 * malformed.
 */
async function inputOf(c: HttpContext, operation: Operation): Promise<Record<string, unknown> | string> {
  const query = typed(c.req.query(), operation.input)
  const body = await bodyOf(c)
  if (typeof body === 'string') return body
  const twice = Object.keys(query).find((name) => Object.hasOwn(body, name))
  if (twice !== undefined) return `${shortened(twice, 100)} stands in the query and in the body.`
  return { ...query, ...body, ...c.req.param() }
}

/** The body as a JSON object, or a sentence for the client if it is none. */
async function bodyOf(c: HttpContext): Promise<object | string> {
  const { headers } = (c.env as HttpBindings).incoming
  if (c.req.method === 'GET') {
    const hasBody = Number(headers['content-length'] ?? 0) > 0 || headers['transfer-encoding'] !== undefined
    return hasBody ? 'A GET has no body: its fields stand in the query.' : {}
  }
  try {
    const text = await textOf(c.req.raw)
    const body: unknown = text === '' ? {} : JSON.parse(text)
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : 'The body is not a JSON object.'
  } catch (error) {
    if (error instanceof SyntaxError) return 'The body is not a JSON object.'
    throw error
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Reads the body as text, without a BOM. Rejects if it breaks off; with a SyntaxError if it is not UTF-8. */
export async function textOf(request: Request): Promise<string> {
  const bytes = await request.arrayBuffer()
  try {
    return utf8.decode(bytes)
  } catch {
    throw new SyntaxError('The body is not UTF-8.')
  }
}

/** Converts the texts of a query to numbers and booleans where the schema wants these. */
function typed(query: Record<string, string>, schema: z.ZodType): Record<string, unknown> {
  const shape = 'shape' in schema ? (schema.shape as Record<string, z.ZodType>) : {}
  return Object.fromEntries(
    Object.entries(query).map(([key, text]) => {
      const type = innermost(shape[key])
      if (type === 'number' && /^-?\d{1,15}$/.test(text)) return [key, Number(text)]
      if (type === 'boolean' && /^(true|false)$/.test(text)) return [key, text === 'true']
      return [key, text]
    }),
  )
}

function innermost(schema: z.ZodType | undefined): string | undefined {
  const def = schema?.def as { type: string; innerType?: z.ZodType } | undefined
  return def?.innerType ? innermost(def.innerType) : def?.type
}
