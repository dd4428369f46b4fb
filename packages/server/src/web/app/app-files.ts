import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { Hono, Context as HttpContext, MiddlewareHandler } from 'hono'
import { etag } from 'hono/etag'
import { contentSecurityPolicy } from './content-policy.ts'

/** A built web app: its folder, its pages, and what identifies the content of each of its files. */
export interface WebApp {
  root: string
  page: string
  /** What pages of other sites show in a frame; the app may have none. */
  embedPage: string | undefined
  /** Has nobody an account yet? The page then asks for the first one. */
  isUnused: () => Promise<boolean>
  /** By the path of the file in the folder; the compressed forms are files beside it. */
  digests: ReadonlyMap<string, string>
}

const digestOf = (path: string) => createHash('sha256').update(readFileSync(path)).digest('base64url').slice(0, 22)

/**
 * Reads the folder of a web app once, when the server starts. Its page learns whether people sign in at Parley or at a host
 * application, before it asks for anything. Throws if there is no page in the folder.
 */
export function readWebApp(root: string, hasAccounts: boolean, isUnused: WebApp['isUnused']): WebApp {
  const built = readFileSync(join(root, 'index.html'), 'utf8')
  const page = hasAccounts ? built : built.replace(`${accounts}"own"`, `${accounts}"host"`)
  const embedPath = join(root, 'embed.html')
  const embedPage = existsSync(embedPath) ? readFileSync(embedPath, 'utf8') : undefined
  const names = readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name))
  // A link to a file counts as that file, and one that leads nowhere as nothing.
  const paths = names.filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
  return { root, page, embedPage, isUnused, digests: new Map(paths.map((path) => [path, digestOf(path)])) }
}

const accounts = 'name="parley-accounts" content='

/** The page for somebody who comes now. */
async function presentPage({ page, isUnused }: WebApp): Promise<string> {
  const isFirst = page.includes(`${accounts}"own"`) && (await isUnused())
  return isFirst ? page.replace(`${accounts}"own"`, `${accounts}"first"`) : page
}

/** A name with the hash of its content in it means the same for ever; another name may mean another file tomorrow. */
const cacheControlOf = (path: string) =>
  path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache'

const compressedForm = /\.(br|gz)$/

/**
 * Tells caches how long the served file is good (`Cache-Control`), which content it has (`ETag`), and whether there are
 * compressed forms of it (`Vary`). A tag is made of the content, because packages are installed with the same date for all files.
 */
function describeFile({ digests }: WebApp, path: string, c: HttpContext): void {
  const plain = path.replace(compressedForm, '')
  const { headers } = c.res
  headers.set('Cache-Control', cacheControlOf(c.req.path))
  const digest = digests.get(path)
  // What was added while the server runs gets its tag from `etag`, which reads it each time.
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
    // The range may be of another form of the file: the whole of it is never wrong.
    if (c.req.header('If-Range') !== undefined) c.req.raw.headers.delete('Range')
    const answer = await serve(c, next)
    const path = served.get(c)
    if (!(answer instanceof Response) || path === undefined) return
    c.res = answer
    describeFile(web, path, c)
  }
}

/** Addresses that are no places in the app: those of the API, and names of files, also hidden ones. */
const isNoPlace = /^\/(api|assets)(\/|$)|\/\.|\.[^/]*$/

/**
 * The files of the web app; every other path is a place inside it, so that a link into the app can be opened. The page names
 * its files as they lie from that place, since nobody here knows below which path a proxy has put the app.
 */
export function serveWebApp(app: Hono, web: WebApp, embedders: readonly string[]): void {
  // A page of any site may load the script that opens the frame. The policy of the frame names the pages that may show it.
  app.use('/embed.js', withHeader('Cross-Origin-Resource-Policy', 'cross-origin'))
  const embedPaths = ['/embed', '/embed.html']
  app.on('GET', embedPaths, withHeader('Content-Security-Policy', contentSecurityPolicy(embedders)))
  app.use('*', etag())
  app.on('GET', embedPaths, (c, next) => (web.embedPage === undefined ? next() : sendPage(c, web.embedPage)))
  app.use('*', files(web))
  app.get('/index.html', async (c) => sendPage(c, await presentPage(web)))
  app.get('*', async (c) => (isNoPlace.test(c.req.path) ? c.notFound() : sendPage(c, await presentPage(web))))
}

/** Around `etag`: a browser takes the headers of a 304 for those of what it has kept. */
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
