import { createHash, timingSafeEqual } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context as HttpContext } from 'hono'
import { bearerOf } from '../auth/bearer-token.ts'
import type { Metrics } from '../observability/metrics.ts'

export interface MetricsPageOptions {
  metrics: Metrics
  /** The bearer token that gives access; if left out, only programs on this machine have access. */
  metricsToken?: string
}

/**
 * Makes the route `/metrics`. With a `metricsToken` it answers 404 to callers without that token. Without one it
 * answers 404 to callers on other machines, behind a proxy, or with a `Host` other than localhost or a loopback
 * address.
 */
export function metricsPage({ metrics, metricsToken }: MetricsPageOptions): Hono {
  const app = new Hono()
  app.get('/metrics', async (c) => {
    const mayRead = metricsToken === undefined ? isFromThisMachine(c) : hasToken(c, metricsToken)
    if (!mayRead) return c.notFound()
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })
  })
  return app
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function hasToken(c: HttpContext, token: string): boolean {
  const shown = bearerOf(c.req.header('authorization'))
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token))
}

const loopback = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/
const localHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/
const forwarding = /^(forwarded|via|x-forwarded(-.+)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/

/**
 * The address alone is not enough, because a proxy on this machine also connects from it: but a proxy adds a header, or
 * passes on a public host name. The host name also excludes pages of other sites whose name resolves to this machine
 * (DNS rebinding).
 */
function isFromThisMachine(c: HttpContext): boolean {
  const headers = [...c.req.raw.headers.keys()]
  return (
    loopback.test(getConnInfo(c).remote.address ?? '') &&
    localHost.test(c.req.header('host') ?? '') &&
    !headers.some((name) => forwarding.test(name))
  )
}
