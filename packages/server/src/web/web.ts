import { API_PATH, type User } from '@parley/protocol'
import { Hono, type Context as HttpContext, type MiddlewareHandler } from 'hono'
import { cors } from 'hono/cors'
import { requestId } from 'hono/request-id'
import type { Logger } from 'pino'
import type { ByteRoutes, FormBindings } from '../core/feature.ts'
import type { SharedPlaces } from '../core/foreign-position.ts'
import { OperationError } from '../core/operation-error.ts'
import type { RunOperation } from '../core/run-operation.ts'
import type { Dialect, PlanCaller } from '../dialects/dialect.ts'
import type { Health } from '../observability/health.ts'
import { serveWebApp, type WebApp } from './app/app-files.ts'
import { contentSecurityPolicy } from './app/content-policy.ts'
import { byteRoutes } from './byte-routes.ts'
import { docsPages } from './docs.ts'
import { foreignRoutes } from './foreign-http.ts'
import { type MetricsPageOptions, metricsPage } from './metrics-page.ts'
import { corsOrigin } from './origin.ts'
import { answerFailure, answerRefusal, type RequestCallerOptions, restRoutes } from './rest.ts'

interface WebOptions extends RequestCallerOptions, MetricsPageOptions {
  runOperation: RunOperation
  runOnce: RunOperation
  places: SharedPlaces
  routes: readonly ByteRoutes[]
  dialects: readonly Dialect[]
  planCallerOf(user: User): PlanCaller
  allowedOrigins: readonly string[]
  pages: readonly ServedPage[]
  health: Health
  isClosing(): boolean
  log: Logger
  app?: WebApp
  /** The pages that may show the embedded chat, as values of `frame-ancestors`. */
  embedders: readonly string[]
}

/** The pages that can be served beside the API. */
export const allPages = ['docs', 'health', 'metrics'] as const
export type ServedPage = (typeof allPages)[number]

const pathsOf: Record<ServedPage, string[]> = {
  docs: ['/docs/api(/[^?]*)?'],
  health: ['/healthz', '/readyz'],
  metrics: ['/metrics'],
}

/** Regular expressions of our paths, for a server that shares the root with a host application. */
function pathsAtRoot({ dialects, pages }: Pick<WebOptions, 'dialects' | 'pages'>): string[] {
  const routes = dialects.flatMap((dialect) => dialect.routes.map(({ path }) => path.replace(/:\w+/g, '[^/?]+')))
  return ['/api/v1(/[^?]*)?', ...pages.flatMap((page) => pathsOf[page]), ...routes]
}

/**
 * Makes a function that returns true for URLs, with their query, that are Parley's when it shares the root with a host
 * application: those of the API, of the chosen pages, and of the dialects' routes. Those of sockets and of the web app
 * are not among them.
 */
export function createIsOurs(options: Pick<WebOptions, 'dialects' | 'pages'>): (url: string) => boolean {
  const ours = new RegExp(`^(${pathsAtRoot(options).join('|')})/?(\\?|$)`)
  return (url) => ours.test(url)
}

/**
 * Returns the paths that `createIsOurs` recognizes, each up to its first parameter. Below them no other Parley server
 * can be mounted when this one shares the root with a host application.
 */
export const claimsAtRoot = (options: Pick<WebOptions, 'dialects' | 'pages'>): string[] =>
  pathsAtRoot(options).map((path) => path.replace(/\/?[([].*$/, ''))

/** Our pages may use the microphone, for voice messages, and no other device. */
const permissions = [
  'microphone=(self)',
  ...['camera', 'geolocation', 'display-capture', 'midi', 'payment', 'usb', 'serial', 'hid'].map(
    (feature) => `${feature}=()`,
  ),
].join(', ')

const securityHeaders: MiddlewareHandler = async (c, next) => {
  await next()
  const { headers } = c.res
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', contentSecurityPolicy())
  headers.set('X-Content-Type-Options', 'nosniff')
  headers.set('Referrer-Policy', 'no-referrer')
  headers.set('Permissions-Policy', permissions)
  headers.set('Cross-Origin-Opener-Policy', 'same-origin')
  if (!headers.has('Cross-Origin-Resource-Policy')) headers.set('Cross-Origin-Resource-Policy', 'same-origin')
}

/** Response headers that pages of other sites may read, mainly for uploads. */
const exposed = ['Location', 'Upload-Offset', 'Upload-Length', 'Tus-Resumable', 'Retry-After', 'Content-Range']

/**
 * Makes the HTTP application; it does not listen. Of routes with the same path the first counts, in the order health,
 * byte routes, API, metrics, docs, dialects, web app; health, metrics and docs only if `pages` has them. Paths below
 * `/api/` that nothing serves get `unknown_operation`; below `/api/v1/` the API itself answers so, and a dialect can
 * have no route there. A GET of any other path goes to `serveWebApp`; other methods, and all without an app, get 404.
 * Each answer gets headers for security and, if origins are allowed, those of CORS.
 */
export function webApplication(options: WebOptions): Hono {
  const app = new Hono()
  app.onError(answerFailure(options.log))
  app.use(securityHeaders)
  // A caller may give its own id (X-Request-Id) if it is a short word: it is written to the log.
  app.use(requestId({ limitLength: 64 }))
  if (options.allowedOrigins.length > 0) {
    app.use(cors({ origin: corsOrigin(options.allowedOrigins), exposeHeaders: exposed }))
  }
  if (options.pages.includes('health')) app.route('/', healthPages(options))
  for (const routes of byteRoutes(options)) app.route(API_PATH, routes)
  app.route(API_PATH, restRoutes(options))
  if (options.pages.includes('metrics')) app.route('/', metricsPage(options))
  if (options.pages.includes('docs')) app.route('/', docsPages())
  app.route('/', foreignRoutes({ ...options, forward: (c, path, bindings) => forward(c, path, bindings, app) }))
  app.all('/api/*', (c) => answerRefusal(c, new OperationError('unknown_operation'), options.log))
  if (options.app) serveWebApp(app, options.app, options.embedders)
  return app
}

/** Passes a request with an unread body to another path of ours. */
async function forward(c: HttpContext, path: string, bindings: FormBindings, app: Hono): Promise<Response> {
  const headers = new Headers(c.req.raw.headers)
  headers.set('X-Request-Id', c.get('requestId'))
  const request = new Request(new URL(API_PATH + path, c.req.url), { method: c.req.method, headers })
  return app.fetch(request, { ...c.env, ...bindings })
}

function healthPages({ health, isClosing }: Pick<WebOptions, 'health' | 'isClosing'>): Hono {
  const app = new Hono()
  app.get('/healthz', (c) => c.json({ status: 'ok' }))
  app.get('/readyz', async (c) => {
    c.header('Cache-Control', 'no-store')
    if (isClosing()) return c.json({ status: 'unavailable', checks: {} }, 503)
    const report = await health.report()
    return c.json(report, report.status === 'unavailable' ? 503 : 200)
  })
  return app
}
