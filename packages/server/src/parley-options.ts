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

export interface ParleyOptions {
  /** The folder of the database and the secrets; made if it is not there. */
  dataDir: string
  /**
   * Says who a request or a socket belongs to, from its token or headers; null refuses it. With this, the host
   * application has the users, and nobody registers or signs in at Parley.
   */
  authenticate?: (credentials: Credentials) => Promise<HostUser | null> | HostUser | null
  /**
   * Middleware of the host that finds the session of a request, for `authenticate` to look at: requests for Parley do not
   * come by the host's own. It sees the request of a socket's handshake as well. What it sets on the response goes nowhere,
   * and it must leave the body unread.
   *
   * @example
   * middleware: [session({ secret, store }), passport.session()],
   * authenticate: ({ request }) => request.user ?? null,
   */
  middleware?: readonly Middleware[]
  /**
   * Says in place of `authenticate` how the host application signs the tokens of its users: for a host on another machine, or
   * in another language. The claims of a token are the user: `sub` (the id), `name`, `preferred_username`, `picture`, `role`.
   *
   * @example
   * hostJwt: { jwksUrl: 'https://app.example/jwks.json', issuer: 'https://app.example', audience: 'chat' }
   */
  hostJwt?: HostJwtOptions
  /**
   * After so many seconds each open socket is authenticated again, by what came with its handshake: where a cookie says who
   * somebody is, signing out in the host application then ends their sockets. Never if left out. An `authenticate` that
   * throws decides nothing, and is asked again after the same time.
   */
  reauthenticateSeconds?: number
  registration?: 'open' | 'closed'
  /** Who may write to whom in direct conversations: `anyone` (the default), or accepted `contacts` alone. */
  directMessages?: 'anyone' | 'contacts'
  /**
   * Says in place of `directMessages` whether one person may write to another, both by the ids of the host application. It
   * is asked before a conversation is opened, and before each message, edit and reaction in one, outside of any transaction;
   * its answers are not kept. Anything but `true` refuses; after 3 s, or if it throws, the answer is `unavailable`. Blocks
   * hold beside it.
   *
   * @example
   * mayWrite: async (from, to) => (await jobs.between(from, to)).length > 0
   */
  mayWrite?: MayWrite
  /**
   * Is asked about each message before it is sent or changed, over every way in, and outside of any transaction. It lets the
   * message through by answering nothing, refuses it with a sentence for its sender, or gives another text.
   *
   * @example
   * beforeMessage: ({ text }) => (text?.includes('@') ? { refuse: 'No addresses here, please.' } : undefined)
   */
  beforeMessage?: BeforeMessage
  /**
   * What becomes of a message where `beforeMessage` throws, or has not answered after 3 s: `closed`, the default, refuses it
   * with `unavailable`, and the client tries again; `open` lets it through.
   */
  beforeMessageFails?: 'open' | 'closed'
  /** Seconds, at most 900. */
  accessTokenSeconds?: number
  sessionDays?: number
  rateLimits?: 'on' | 'off'
  /**
   * The path below which everything of Parley lies, sockets too: `/parley` if left out where Parley is attached to the server
   * of a host application, and `/` where it listens itself. Clients take it as the path of their `url`. With `/` on the server
   * of a host, Parley takes `/api/v1`, `/socket.io`, `/io` and what else it is asked for, and the host keeps the rest.
   */
  basePath?: string
  /** What is served beside the API: `docs`, `health`, `metrics`. All where Parley listens itself, none where it is attached. */
  pages?: readonly ServedPage[]
  /** Origins of other sites whose pages may connect, such as `https://app.example`; `*` for all. */
  allowedOrigins?: readonly string[]
  /**
   * Proxies whose `X-Forwarded-For` and `X-Forwarded-Host` are believed: addresses, networks (`10.0.0.0/8`), or `loopback`.
   * Without it everybody behind a proxy shares the budget of one stranger for signing in.
   */
  trustedProxies?: readonly string[]
  /** The folder of a built web app to serve at the base path, such as `builtInWebRoot`. */
  webRoot?: string
  /**
   * Origins of other sites whose pages may show the embedded chat in a frame (`<script src="…/embed.js">`), such as
   * `https://app.example`. Pages of the same origin always may. Needs `webRoot`.
   */
  embedOrigins?: readonly string[]
  /** Whoever sends it as a bearer token may read `/metrics`; without one, only programs on this machine may. */
  metricsToken?: string
  tokenSecret?: string
  /** `postgres://user:password@host/name`; without it, SQLite in the data folder. */
  databaseUrl?: string
  /** @internal Other nodes use the database too; without this, a second one refuses to start. */
  sharedDatabase?: boolean
  /** `redis://host:port`, together with `databaseUrl`: any number of nodes then serve the same people. */
  redisUrl?: string
  /** The most bytes of one file; 100 MiB if left out. */
  maxFileSize?: number
  /** Types of files that people may upload, such as `image/*`; all if left out. */
  allowedFileTypes?: readonly string[]
  /** Bytes of all files of one user; 5 GiB if left out. */
  fileQuota?: number
  /** The folder of the files; `blobs` in the data folder if left out. Several nodes need one that all of them see, or S3. */
  fileDir?: string
  /** A bucket of S3, or of what speaks like it, for the files. */
  s3?: S3Options
  /** The currency of an offer for which a foreign client names none, as a code of ISO 4217; USD if left out. */
  currency?: string
  /**
   * Lets foreign clients send files that lie elsewhere, by an `https:` address; `off` if left out. The owner of that server
   * sees who opens them, and can replace them.
   */
  fileLinks?: 'on' | 'off'
  /**
   * Foreign vocabularies to understand, by name. By default all that Parley brings where it listens itself, and none where it
   * is attached to the server of a host application, whose own endpoints and sockets they could be taken for.
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
   * Networks of your own that endpoints may lie in: addresses, networks (`10.0.0.0/8`), `loopback` or `uniquelocal`. Without it
   * requests go to addresses of the internet alone.
   */
  webhookNetworks?: readonly string[]
  log?: Logger
  /** What hashing a password takes, by Argon2id; 19,456 KiB and 2 passes if left out, and no less where passwords matter. */
  passwordCost?: PasswordCost
  /** Milliseconds; the defaults are what the protocol promises. */
  timing?: Partial<Timing>
}

export interface Timing extends ClusterTiming, JobTiming {
  /** After this, somebody who is typing has stopped. */
  typingMs: number
  /** After this without a socket, somebody is offline. */
  presenceGraceMs: number
  /** The host application has this long to say who may write. */
  mayWriteMs: number
  /** The host application has this long to say what becomes of a message. */
  beforeMessageMs: number
  /** The host application, with its middleware, has this long to say who somebody is. */
  hostIdentityMs: number
  /** A connection has this long to say who it is. */
  authenticateMs: number
  pingMs: number
  /** A foreign client is asked this long after a message whether it has it. */
  receivedMs: number
  /** A socket for which too much waits is closed when the network takes nothing of it for so long: up to 2 MB at a time. */
  stallMs: number
  /** An upload that sends nothing for so long is ended; it goes on when its client comes back. */
  uploadIdleMs: number
  /** Looking at a file may take so long; one that needs more is kept as a plain file. */
  inspectionMs: number
  /** Sockets of a bot whose key was revoked end after so long at most. */
  keyWatchMs: number
  /** The endpoint of a webhook has this long for its answer. */
  webhookMs: number
}

/** What the protocol promises, in milliseconds. */
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
  ...clusterTiming,
  ...jobTiming,
}

export const fileDefaults = {
  maxFileSize: 100 * 1024 * 1024,
  allowedFileTypes: ['*/*'],
  fileQuota: 5 * 1024 * 1024 * 1024,
}
