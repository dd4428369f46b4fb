import { createHash, timingSafeEqual } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context as HttpContext } from 'hono'
import { bearerOf } from '../auth/bearer-token.ts'
import type { Metrics } from '../observability/metrics.ts'

export interface MetricsPageOptions {
  metrics: Metrics
  /** The bearer token that opens the page; without one, programs on this machine alone may read it. */
  metricsToken?: string
}

/** `/metrics`. To callers who may not read it the page does not exist. */
export function metricsPage({ metrics, metricsToken }: MetricsPageOptions): Hono {
  const app = new Hono()
  app.get('/metrics', async (c) => {
    const mayRead = metricsToken === undefined ? isFromThisMachine(c) : shows(c, metricsToken)
    if (!mayRead) return c.notFound()
    return c.body(await metrics.text(), 200, { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' })
  })
  return app
}

const digest = (text: string) => createHash('sha256').update(text).digest()

function shows(c: HttpContext, token: string): boolean {
  const shown = bearerOf(c.req.header('authorization'))
  return shown !== undefined && timingSafeEqual(digest(shown), digest(token))
}

const loopback = /^(::ffff:)?127\.\d+\.\d+\.\d+$|^::1$/
const localHost = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/
const forwarding = /^(forwarded|via|x-forwarded(-.+)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/

/**
 * A proxy on this machine also connects from here: it says so in a header, or passes on the name that the world asked
 * for. By that name a page of another site gives itself away too, if its own name leads to this machine.
 */
function isFromThisMachine(c: HttpContext): boolean {
  const headers = [...c.req.raw.headers.keys()]
  return (
    loopback.test(getConnInfo(c).remote.address ?? '') &&
    localHost.test(c.req.header('host') ?? '') &&
    !headers.some((name) => forwarding.test(name))
  )
}
