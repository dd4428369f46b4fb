import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { API_PATH, asyncapi, openapi, reference } from '@parley/protocol'
import { Hono } from 'hono'
import { referencePage } from './docs-page.ts'

interface Page {
  type: string
  render(): string
}

/** Relative to the document, because the server does not know below which path a proxy has put it. */
const servers = [{ url: `../..${API_PATH}`, description: 'This server.' }]

const pages: Record<string, Page> = {
  '/docs/api': { type: 'text/html; charset=utf-8', render: () => referencePage(reference()) },
  '/docs/api/style.css': {
    type: 'text/css; charset=utf-8',
    render: () => readFileSync(new URL('./docs.css', import.meta.url), 'utf8'),
  },
  '/docs/api/openapi.json': {
    type: 'application/json',
    render: () => JSON.stringify({ ...openapi(), servers }, null, 2),
  },
  '/docs/api/asyncapi.json': { type: 'application/json', render: () => JSON.stringify(asyncapi(), null, 2) },
}

const contentSecurityPolicy =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Renders a page at its first request and caches it, so that it does not slow the start of the server. */
const renderedOnce = ({ render }: Page) => {
  let rendered: { text: string; etag: string } | undefined
  return () => {
    if (!rendered) {
      const text = render()
      rendered = { text, etag: `"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"` }
    }
    return rendered
  }
}

/** Whether the header If-None-Match contains this tag. */
const includesTag = (list: string | undefined, etag: string) =>
  list?.split(',').some((one) => one.trim().replace(/^W\//, '') === etag || one.trim() === '*') ?? false

/**
 * Serves the reference of the protocol, also to strangers: a page (`/docs/api`), and below it `openapi.json` and
 * `asyncapi.json` for tools. Each is made at its first request and then kept. The page has no scripts and loads nothing
 * from other servers.
 */
export function docsPages(): Hono {
  const app = new Hono()
  for (const [path, page] of Object.entries(pages)) {
    const rendered = renderedOnce(page)
    app.get(path, (c) => {
      const { text, etag } = rendered()
      c.header('ETag', etag)
      c.header('Cache-Control', 'no-cache')
      c.header('Content-Security-Policy', contentSecurityPolicy)
      if (includesTag(c.req.header('If-None-Match'), etag)) return c.body(null, 304)
      return c.body(text, 200, { 'Content-Type': page.type })
    })
  }
  app.get('/docs/api/', (c) => c.redirect('../api', 301))
  return app
}
