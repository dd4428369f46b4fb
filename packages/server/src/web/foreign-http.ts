import { type ErrorCode, errorCatalogue, type WireError } from '@parley/protocol'
import { Hono, type Context as HttpContext } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Logger } from 'pino'
import type { RunOperation } from '../core/run-operation.ts'
import { refuseClaims } from '../dialects/claims.ts'
import { type Dialect, PlanError, type Route } from '../dialects/dialect.ts'
import { runPlan } from '../dialects/run-plan.ts'
import { createAnchors } from './anchors.ts'
import { limitBody, type RequestCallerOptions, requestCaller, textOf } from './rest.ts'

interface ForeignHttpOptions extends RequestCallerOptions {
  dialects: readonly Dialect[]
  runOperation: RunOperation
  log: Logger
}

/** The endpoints that foreign clients know, each a plan of operations. */
export function foreignRoutes(options: ForeignHttpOptions): Hono {
  const { dialects, runOperation, log } = options
  const app = new Hono()
  const anchors = createAnchors()
  for (const dialect of dialects) {
    const failed = (c: HttpContext, error: WireError) => {
      const { status, body } = dialect.routeFailed({ ...error, requestId: c.get('requestId') })
      return c.json(body as never, status as ContentfulStatusCode)
    }
    // Of what an operation refused there is a line already.
    const refused = (c: HttpContext, code: ErrorCode, message: string = errorCatalogue[code].meaning) => {
      const requestId = c.get('requestId')
      log.info({ code, dialect: dialect.name, method: c.req.method, requestId }, 'request refused')
      return failed(c, { code, message, requestId })
    }
    const limit = limitBody((c) => refused(c, 'invalid_input', 'The body is too large.'))
    for (const route of dialect.routes) {
      app.on(route.method, route.path, limit, async (c) => {
        try {
          const caller = await requestCaller(c, options)
          if (!caller.user) return refused(c, 'unauthenticated')
          const request = { params: c.req.param(), query: c.req.query(), body: await bodyOf(c.req.raw, route), anchors }
          refuseClaims(dialect, route, request.body, caller)
          const plan = route.plan(request, caller)
          const answer = await runPlan(plan, ({ operation, input }) =>
            runOperation(operation, input, caller, c.get('requestId')),
          )
          if (answer.anchor) anchors.keep(answer.anchor.key, answer.anchor.place)
          for (const { operation, input } of answer.afterwards ?? []) void runOperation(operation, input, caller)
          return c.json(answer.body as never, answer.status as ContentfulStatusCode)
        } catch (error) {
          if (error instanceof SyntaxError) return refused(c, 'invalid_input', 'The body is not JSON.')
          if (error instanceof PlanError) {
            const { requestId, code, message } = error.error
            return requestId === '' ? refused(c, code, message) : failed(c, error.error)
          }
          // A mistake in a dialect, or in a host’s authentication, is answered like any failure of ours, in the words of its clients.
          const requestId = c.get('requestId')
          log.error({ err: error, dialect: dialect.name, route: route.path, requestId }, 'plan failed')
          return failed(c, { code: 'internal', message: errorCatalogue.internal.meaning, requestId })
        }
      })
    }
  }
  return app
}

async function bodyOf(request: Request, { method }: Route): Promise<unknown> {
  if (method === 'GET') return undefined
  const text = await textOf(request)
  return text === '' ? undefined : JSON.parse(text)
}
