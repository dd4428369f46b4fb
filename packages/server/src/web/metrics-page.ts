import { createHash, timingSafeEqual } from 'node:crypto'
import { getConnInfo } from '@hono/node-server/conninfo'
import { Hono, type Context as HttpContext } from 'hono'
import { bearerOf } from '../auth/bearer-token.ts'
import type { Metrics } from '../observability/metrics.ts'

export interface MetricsPageParts {
  metrics: Metrics
  /** Whoever shows it may read the page; without one, this very machine may. */
  metricsToken?: string
}

/** `/metrics`. Whoever may not read it is told that there is no such page. */
export function metricsPage({ metrics, metricsToken }: MetricsPageParts): Hono {
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
