import type { Logger } from 'pino'
import type { Credentials, HostUser } from './auth/authenticate.ts'
import type { HostJwtOptions } from './auth/host-jwt.ts'
import type { Middleware } from './auth/host-middleware.ts'
import type { PasswordCost } from './auth/passwords.ts'
import { type ClusterTiming, clusterTiming } from './cluster/cluster-timing.ts'
import type { BeforeMessage } from './core/guards/message-review.ts'
import type { MayWrite } from './core/guards/write-gate.ts'
import { type JobTiming, jobTiming } from './core/jobs/jobs.ts'
import type { NamedDialect } from './dialects/dialects.ts'
import type { S3Options } from './storage/blobs/s3-blobs.ts'
import type { ServedPage } from './web/web.ts'
import type { WebhookOptions } from './webhooks/webhook-endpoints.ts'

/** The settings of a server. Only `dataDir` is required. The name of a duration ends with its unit. */
export interface ParleyOptions {
  /** The folder of the database and the secrets; made if there is none. */
  dataDir: string
  /**
   * Identifies the user of a request or a socket, from its token or headers; null refuses it. With this, users belong
   * to the host application, and cannot register or sign in at Parley.
   */
  authenticate?: (credentials: Credentials) => Promise<HostUser | null> | HostUser | null
  /**
   * Middleware of the host that runs before `authenticate`, such as the one that finds the session: requests for Parley
   * do not pass through the host's own chain. It also gets the request of a socket's handshake: a new copy each time
   * that the socket is authenticated, so that it looks the session up again. What it sets on the response is dropped,
   * and it must not read the body.
   *
   * @example
   * middleware: [session({ secret, store }), passport.session()],
   * authenticate: ({ request }) => request.user ?? null,
   */
  middleware?: readonly Middleware[]
  /**
   * Instead of `authenticate`: how the host application signs the tokens of its users, for a host on another machine or
   * in another language. The claims of a token describe the user: `sub` (the id), `name`, `preferred_username`,
   * `picture`, `role`.
   *
   * @example
   * hostJwt: { jwksUrl: 'https://app.example/jwks.json', issuer: 'https://app.example', audience: 'chat' }
   */
  hostJwt?: HostJwtOptions
  /**
   * Authenticates each open socket again after so many seconds, with the credentials of its handshake. So with
   * cookies, signing out at the host application also ends the user's sockets. Never if left out. If `authenticate`
   * throws, the socket stays, and is authenticated again after the same time.
   */
  reauthenticateSeconds?: number
  /**
   * Whether people may make accounts at Parley themselves; `open` if left out. The first account can be made in any
   * case.
   */
  registration?: 'open' | 'closed'
  /**
   * Allows direct conversations with `anyone` (the default) or with accepted `contacts` alone. With `requests` anyone
   * can write, but sees neither presence, typing nor receipts of the other user before that one answers or becomes a
   * contact. Then also, users who are no contacts are invited to rooms instead of added.
   */
  directMessages?: 'anyone' | 'requests' | 'contacts'
  /**
   * Instead of `directMessages`: decides whether one user may write to another, both given by the ids of the host
   * application. It is called before a direct conversation is opened, and before each message, edit, reaction and
   * decision on an offer in one, outside of any transaction; its answers are not cached. Anything but `true` refuses.
   * If it throws, or has not answered after 3 s, the operation is refused as `unavailable`. Blocks apply in addition.
   *
   * @example
   * mayWrite: async (from, to) => (await jobs.between(from, to)).length > 0
   */
  mayWrite?: MayWrite
  /**
   * Called with each message before it is stored or changed, over every transport, outside of any transaction. Returns
   * nothing to let the message through, `refuse` with a sentence for its sender, or `text` to replace its text.
   *
   * @example
   * beforeMessage: ({ text }) => (text?.includes('@') ? { refuse: 'No addresses here, please.' } : undefined)
   */
  beforeMessage?: BeforeMessage
  /**
   * What happens to a message if `beforeMessage` throws, or has not answered after 3 s: `closed`, the default, refuses
   * it as `unavailable`, and the client tries again; `open` lets it through.
   */
  beforeMessageFails?: 'open' | 'closed'
  /** How long an access token is valid, in seconds: at most 900; 600 if left out. */
  accessTokenSeconds?: number
  /** How many days a session lives without being used; 30 if left out. */
  sessionDays?: number
  /** Limits what each user may do in a time; `on` if left out. */
  rateLimits?: 'on' | 'off'
  /**
   * The path below which everything of Parley lies, sockets too. If left out, `/parley` on the server of a host
   * application (`attach`), and `/` on a server of Parley's own (`listen`). Clients have it in their `url`. With `/` on
   * the server of a host, Parley answers `/api/v1`, `/socket.io`, `/io` and the pages and dialects of its options; the
   * host answers all other requests. A Socket.IO server of the host needs another `path` than `/socket.io` then.
   */
  basePath?: string
  /**
   * What is served beside the API: `docs`, `health`, `metrics`. All where Parley listens itself, none where it is
   * attached.
   */
  pages?: readonly ServedPage[]
  /** Origins of other sites whose pages may connect, such as `https://app.example`; `*` for all. */
  allowedOrigins?: readonly string[]
  /**
   * Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed: addresses, networks (`10.0.0.0/8`), or
   * `loopback`. Without it everybody behind a proxy shares the budget of one stranger for signing in.
   */
  trustedProxies?: readonly string[]
  /** The folder of a built web app to serve at the base path, such as `builtInWebRoot`. */
  webRoot?: string
  /**
   * Origins of other sites whose pages may show the embedded chat in a frame (`<script src="…/embed.js">`), such as
   * `https://app.example`. Pages of the same origin always may. Needs `webRoot`.
   */
  embedOrigins?: readonly string[]
  /** The bearer token that may read `/metrics`; without one, only programs on this machine may. */
  metricsToken?: string
  /** Signs access tokens, in 32 characters or more; made and stored with the data if left out. */
  tokenSecret?: string
  /** `postgres://user:password@host/name`; without it, SQLite in the data folder. */
  databaseUrl?: string
  /** @internal Allows other nodes to use the same database; without this, a second node refuses to start. */
  sharedDatabase?: boolean
  /** `redis://host:port`, together with `databaseUrl`: any number of nodes then serve the same people. */
  redisUrl?: string
  /** The most bytes of one file; 100 MiB if left out. */
  maxFileSize?: number
  /** Types of files that people may upload, such as `image/*`; all if left out. */
  allowedFileTypes?: readonly string[]
  /** Bytes of all files of one user; 5 GiB if left out. */
  fileQuota?: number
  /**
   * The folder of the files; `blobs` in the data folder if left out. Several nodes need one that all of them see, or
   * S3.
   */
  fileDir?: string
  /** A bucket of S3, or of a compatible store, for the files. */
  s3?: S3Options
  /** The currency of an offer for which a foreign client names none, as a code of ISO 4217; USD if left out. */
  currency?: string
  /**
   * Lets foreign clients send files that lie elsewhere, by an `https:` address; `off` if left out. The owner of that
   * server sees who opens them, and can replace them.
   */
  fileLinks?: 'on' | 'off'
  /**
   * Foreign vocabularies to understand, by name. If left out, all that Parley has on a server of its own, and none on
   * the server of a host application, where their paths and events could conflict with the host's own.
   */
  dialects?: readonly NamedDialect[]
  /**
   * Endpoints of your own that receive what happens, by signed requests in the form of Standard Webhooks: each event at
   * least once, those of a conversation in their order. All nodes need the same.
   *
   * @example
   * webhooks: [{ url: 'https://app.example/parley', secret: process.env.PARLEY_WEBHOOK_SECRET }]
   */
  webhooks?: readonly WebhookOptions[]
  /**
   * Networks of your own that endpoints may lie in: addresses, networks (`10.0.0.0/8`), `loopback` or `uniquelocal`.
   * Without it requests go to addresses of the internet alone.
   */
  webhookNetworks?: readonly string[]
  /** Gets all lines of the log; without it, warnings and errors go to stdout as JSON. */
  log?: Logger
  /**
   * The cost of hashing a password with Argon2id; 19,456 KiB and 2 passes if left out. Use less only where no password
   * matters.
   */
  passwordCost?: PasswordCost
  /** Milliseconds; the defaults are what the protocol promises. */
  timing?: Partial<Timing>
}

export interface Timing extends ClusterTiming, JobTiming {
  /** How long after the last report a user counts as typing. */
  typingMs: number
  /** How long a user without a socket stays online. */
  presenceGraceMs: number
  /** How long the host application has for its answer to `mayWrite`. */
  mayWriteMs: number
  /** How long the host application has for its answer to `beforeMessage`. */
  beforeMessageMs: number
  /** How long `authenticate`, with its middleware, may take. */
  hostIdentityMs: number
  /** How long a connection may take to authenticate. */
  authenticateMs: number
  /** How often the server sends the heartbeat of a dialect. */
  pingMs: number
  /** How long after a message a foreign client is asked whether it has received it. */
  receivedMs: number
  /**
   * A socket for which too much waits is closed if the network takes nothing for so long; up to 2 MB are written at a
   * time.
   */
  stallMs: number
  /** A request that uploads bytes is ended if it sends none for so long. The client may resume the upload later. */
  uploadIdleMs: number
  /** How long the inspection of a file may take; a file that takes longer is stored without one, as a plain file. */
  inspectionMs: number
  /** How long sockets of a bot may live on after its key was revoked. */
  keyWatchMs: number
  /** How long the endpoint of a webhook may take to answer. */
  webhookMs: number
  /** How long PostgreSQL may take for a statement; it ends a transaction that stands still for three quarters of it. */
  statementMs: number
}

/** The defaults of all durations, in milliseconds. */
export const defaultTiming: Timing = {
  typingMs: 3_000,
  presenceGraceMs: 15_000,
  mayWriteMs: 3_000,
  beforeMessageMs: 3_000,
  hostIdentityMs: 10_000,
  authenticateMs: 10_000,
  pingMs: 30_000,
  receivedMs: 200,
  stallMs: 20_000,
  uploadIdleMs: 30_000,
  inspectionMs: 20_000,
  keyWatchMs: 1_000,
  webhookMs: 10_000,
  statementMs: 4_000,
  ...clusterTiming,
  ...jobTiming,
}

/** The defaults of the options for files; sizes in bytes. */
export const fileDefaults = {
  maxFileSize: 100 * 1024 * 1024,
  allowedFileTypes: ['*/*'],
  fileQuota: 5 * 1024 * 1024 * 1024,
}
