import type { HttpBindings } from '@hono/node-server'
import { type ErrorCode, errorCatalogue, type Reply, type User, type WireError } from '@parley/protocol'
import { Hono, type Context as HttpContext, type MiddlewareHandler } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import type { Caller } from '../core/context.ts'
import type { FormBindings } from '../core/feature.ts'
import type { SharedPlaces } from '../core/foreign-position.ts'
import { OperationError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import { refuseClaims } from '../dialects/claims.ts'
import {
  type Answer,
  type Dialect,
  type Plan,
  type PlanCaller,
  PlanError,
  type PlannedOperation,
  type Route,
  type RouteRequest,
  refuse,
} from '../dialects/dialect.ts'
import { runPlan } from '../dialects/run-plan.ts'
import { createRequestAnchors } from './anchors.ts'
import { createMergedRequests } from './merged-requests.ts'
import { limitBody, type RequestCallerOptions, requestCaller, setRetryAfter, textOf } from './rest.ts'

interface ForeignHttpOptions extends RequestCallerOptions {
  dialects: readonly Dialect[]
  runOperation: RunOperation
  places: SharedPlaces
  planCallerOf(user: User): PlanCaller
  /** Lets our own route at this path below that of the API answer the request, whose body must be unread. */
  forward(c: HttpContext, path: string, bindings: FormBindings): Promise<Response>
  log: Logger
}

/**
 * Makes the HTTP routes of the dialects. Each request runs the operations of a plan as its caller; those of a route
 * with `together` are merged (see `createMergedRequests`). Refused are strangers, a false claim (see `refuseClaims`),
 * and a body that is too large or no JSON; but the upload route of the API stores a form before its plan runs. Refusals
 * and failures are logged, and answered in the form of the dialect.
 */
export function foreignRoutes(options: ForeignHttpOptions): Hono {
  const app = new Hono()
  const anchors = createRequestAnchors(options.places)
  const merged = createMergedRequests()
  const answerOf = (c: HttpContext, { path, plan, together }: Route, request: RouteRequest, caller: Caller) => {
    const planCaller = options.planCallerOf(caller.user)
    const run = <R>(planned: Plan<R>) =>
      runPlan(planned, ({ operation, input }) => options.runOperation(operation, input, caller, c.get('requestId')))
    if (!together) return run(plan(request, planCaller))
    const key = `${caller.user.id} ${caller.sessionId} ${path}`
    return merged.add(key, together.read(request), (values) => run(together.plan(values, planCaller)))
  }
  for (const dialect of options.dialects) {
    const refusals = refusalsOf(dialect, options.log)
    const limit = limitBody((c) => refusals.refused(c, 'invalid_input', 'The body is too large.'))
    const unlimited: MiddlewareHandler = (_, next) => next()
    for (const route of dialect.routes) {
      app.on(route.method, route.path, route.formTo === undefined ? limit : unlimited, async (c) => {
        try {
          const taken = route.formTo === undefined ? undefined : await takeForm(c, { dialect, route }, options)
          const caller = await requestCaller(c, options)
          if (!caller.user) return refusals.refused(c, 'unauthenticated')
          const body = route.formTo === undefined ? await bodyOf(c.req.raw, route) : undefined
          refuseClaims(dialect, route, body, caller)
          const asked = { params: c.req.param(), query: c.req.query(), body, taken }
          const key = route.anchorKey?.(asked, caller.user)
          const request = { ...asked, anchor: key === undefined ? undefined : await anchors.find(key) }
          const answer = await answerOf(c, route, request, caller)
          if (answer.anchor) await anchors.keep(answer.anchor)
          runAfter(c, answer, ({ operation, input }) => void options.runOperation(operation, input, caller))
          return c.json(answer.body as never, answer.status as ContentfulStatusCode)
        } catch (error) {
          return refusals.thrown(c, route, error)
        }
      })
    }
  }
  return app
}

/** Runs the operations that follow an answer. */
function runAfter(c: HttpContext, { afterwards, onceWritten }: Answer, run: (planned: PlannedOperation) => void): void {
  afterwards?.forEach(run)
  // If the connection ends before the answer is written, the event never comes.
  if (onceWritten) (c.env as HttpBindings).outgoing.once('finish', () => onceWritten.forEach(run))
}

/** Answers failed requests in the form of a dialect, and logs them. */
function refusalsOf(dialect: Dialect, log: Logger) {
  const failed = (c: HttpContext, error: WireError) => {
    const { status, body } = dialect.routeFailed({ ...error, requestId: c.get('requestId') })
    setRetryAfter(c, error)
    return c.json(body as never, status as ContentfulStatusCode)
  }
  // If an operation refused, it has written a line already.
  const refusedWith = (c: HttpContext, error: WireError) => {
    const requestId = c.get('requestId')
    log.info({ code: error.code, dialect: dialect.name, method: c.req.method, requestId }, 'request refused')
    return failed(c, error)
  }
  const refused = (
    c: HttpContext,
    code: ErrorCode,
    message: string = errorCatalogue[code].meaning,
    retryAfterMs?: number,
  ) => refusedWith(c, { code, message, requestId: '', ...(retryAfterMs === undefined ? {} : { retryAfterMs }) })
  const thrown = (c: HttpContext, route: Route, error: unknown) => {
    if (error instanceof SyntaxError) return refused(c, 'invalid_input', 'The body is not JSON.')
    if (error instanceof PlanError) {
      return error.error.requestId === '' ? refusedWith(c, error.error) : failed(c, error.error)
    }
    if (error instanceof OperationError) return refused(c, error.code, error.message, error.retryAfterMs)
    // A bug in a dialect or in a host's authentication is answered like any internal error, in the form of the dialect.
    const requestId = c.get('requestId')
    log.error({ err: error, dialect: dialect.name, route: route.path, requestId }, 'plan failed')
    return failed(c, { code: 'internal', message: errorCatalogue.internal.meaning, requestId })
  }
  return { refused, thrown }
}

/** Sends a form to our own upload route and returns its result. Throws its refusal as a PlanError. */
async function takeForm(
  c: HttpContext,
  { dialect, route }: { dialect: Dialect; route: Route },
  { forward }: ForeignHttpOptions,
): Promise<unknown> {
  // The body of a refused request has not been read, so the connection cannot be used again.
  c.header('Connection', 'close')
  if (!c.req.header('content-type')?.startsWith('multipart/form-data')) refuse('The body must be a form with one file.')
  const checkFields: FormBindings['checkFields'] = (fields, { user }) => {
    try {
      if (user) for (const [name, value] of fields) refuseClaims(dialect, route, { [name]: value }, { user })
    } catch (error) {
      throw error instanceof PlanError ? new OperationError(error.error.code, error.error.message) : error
    }
  }
  const reply = (await (await forward(c, route.formTo ?? '', { checkFields })).json()) as Reply<unknown>
  if (!reply.ok) throw new PlanError(reply.error)
  c.header('Connection', undefined)
  return reply.data
}

async function bodyOf(request: Request, { method }: Route): Promise<unknown> {
  if (method === 'GET') return undefined
  const text = await textOf(request)
  return text === '' ? undefined : JSON.parse(text)
}
