import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono, Context as HttpContext, MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { contentSecurityPolicy } from './content-policy.ts'

/** A built web app: its folder, its pages, and a hash of each file. */
export interface WebApp {
  root: string
  page: string
  /** The page that other sites show in a frame, if the app has one. */
  embedPage: string | undefined
  /** Whether there is no account yet: then the page offers to create the first one. */
  isUnused: () => Promise<boolean>
  /** Hashes by the path of the file, including its compressed forms. */
  digests: ReadonlyMap<string, string>
}

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)

/**
 * Reads and hashes the folder of a web app, synchronously, when the server starts. `hasAccounts` says whether users
 * sign in at Parley or at a host application; it is written into the page. `isUnused` is called for each page that is
 * sent, if `hasAccounts`, except that for frames; if it resolves with true, the page offers to create an account.
 * Throws if the folder has no `index.html`; changes of the two pages afterwards have no effect.
 */
export function readWebApp(root: string, hasAccounts: boolean, isUnused: WebApp['isUnused']): WebApp {
  const built = readFileSync(join(root, 'index.html'), 'utf8')
  const page = hasAccounts ? built : built.replace(`${accounts}"own"`, `${accounts}"host"`)
  const embedPath = join(root, 'embed.html')
  const embedPage = existsSync(embedPath) ? readFileSync(embedPath, 'utf8') : undefined
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))
  // Links to files are followed, broken ones ignored.
  const paths = names.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
  return { root, page, embedPage, isUnused, digests: new Map(paths.map((path) => [path, digestOf(path)])) }
}

const accounts = 'name="parley-accounts" content='

/** The page at this moment: it offers to create the first account while there is none. */
async function presentPage({ page, isUnused }: WebApp): Promise<string> {
  const isFirst = page.includes(`${accounts}"own"`) && (await isUnused())
  return isFirst ? page.replace(`${accounts}"own"`, `${accounts}"first"`) : page
}

/** Names of assets contain a hash of the content, so they can be cached for ever; other files may change. */
const cacheControlOf = (path: string) =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'

const compressedForm = /\.(br|gz)$/

/**
 * Sets the headers for caches: `Cache-Control`, `ETag`, and `Vary` if the file has compressed forms. The tag is a hash
 * of the content, because all files of an installed package have the same date.
 */
function describeFile({ digests }: WebApp, path: string, c: HttpContext): void {
  const plain = path.replace(compressedForm, '')
  const { headers } = c.res
  headers.set('Cache-Control', cacheControlOf(c.req.path))
  const digest = digests.get(path)
  // Files that were added since the start get their tag from the middleware `etag`, which hashes them each time.
  if (digest !== undefined) headers.set('ETag', `"${digest}"`)
  if (digests.has(`${plain}.br`) || digests.has(`${plain}.gz`)) headers.set('Vary', 'Accept-Encoding')
}

function files(web: WebApp): MiddlewareHandler {
  const served = new WeakMap<HttpContext, string>()
  const serve = serveStatic({
    root: web.root,
    index: 'none',
    precompressed: true,
    onFound: (path, c) => void served.set(c, path),
  })
  return async (c, next) => {
    if (c.req.path === '/index.html') return next()
    // The range may belong to another compressed form of the file, so the whole file is sent.
    if (c.req.header('If-Range') !== undefined) c.req.raw.headers.delete('Range')
    const answer = await serve(c, next)
    const path = served.get(c)
    if (!(answer instanceof Response) || path === undefined) return
    c.res = answer
    describeFile(web, path, c)
  }
}

/** Paths that are no pages of the app: those of the API, and names of files, including hidden ones. */
const isNoPage = /^\/(api|assets)(\/|$)|\/\.|\.[^/]*$/

/**
 * Adds the routes of the web app; add all others before, because it answers every GET. A path that is no file gets the
 * page, so that links into the app can be opened; `/embed` gets the page for frames, if there is one. Paths with a dot
 * in the last name or at the start of any, and those below `/api` and `/assets`, get 404 instead. The page refers to
 * its files by relative paths, because a proxy may have put it below any path. Only the pages in `embedders`, made by
 * `embeddingPages`, may show `/embed` in a frame.
 */
export function serveWebApp(app: Hono, web: WebApp, embedders: readonly string[]): void {
  // A page of any site may load the script that opens the frame. The policy of the frame names the pages that may show
  // it.
  app.use('/embed.js', withHeader('Cross-Origin-Resource-Policy', 'cross-origin'))
  const embedPaths = ['/embed', '/embed.html']
  app.on('GET', embedPaths, withHeader('Content-Security-Policy', contentSecurityPolicy(embedders)))
  app.use('*', etag())
  app.on('GET', embedPaths, (c, next) => (web.embedPage === undefined ? next() : sendPage(c, web.embedPage)))
  app.use('*', files(web))
  app.get('/index.html', async (c) => sendPage(c, await presentPage(web)))
  app.get('*', async (c) => (isNoPage.test(c.req.path) ? c.notFound() : sendPage(c, await presentPage(web))))
}

/** Sets a header also on answers with 304, whose headers replace those that the browser has stored. */
const withHeader =
  (name: string, value: string): MiddlewareHandler =>
  async (c, next) => {
    await next()
    c.res.headers.set(name, value)
  }

function sendPage(c: HttpContext, page: string): Response {
  c.header('Cache-Control', 'no-cache')
  const up = '../'.repeat(c.req.path.split('/').length - 2)
  return c.html(page.replaceAll('="./', `="${up || './'}`)) as Response
}
