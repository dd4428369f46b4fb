import { existsSync, readFileSync } from 'node:fs'
import { currencyDecimals } from '@parley/protocol/features/body/currencies'
import { closest } from 'fastest-levenshtein'
import proxyAddr from 'proxy-addr'
import { z } from 'zod'
import type { HostJwtOptions } from './auth/host-jwt.ts'
import { dialectNames } from './dialects/dialects.ts'
import { fileDefaults } from './parley-options.ts'
import type { S3Options } from './storage/blobs/s3-blobs.ts'
import { embeddingPages } from './web/app/content-policy.ts'
import { readBasePath } from './web/mounting/url-below.ts'
import { readOrigins } from './web/origin.ts'
import { WebhookList } from './webhooks/webhook-endpoints.ts'

const list = z
  .union([z.array(z.string()), z.string().transform((text) => text.split(',').map((part) => part.trim()))])
  .transform((parts) => parts.filter((part) => part !== ''))

// Flags and the environment give text. It is not coerced, because `Number` makes 0 of an empty text, and 1 of `true`.
const number = (lowest: number, highest: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d+$/)
          .transform(Number),
      ],
      'must be a whole number',
    )
    .pipe(z.int().min(lowest).max(highest))

/** Makes a check: does this reader accept the value, instead of throwing? */
const isReadBy =
  <T>(read: (value: T) => unknown) =>
  (value: T): boolean => {
    try {
      read(value)
      return true
    } catch {
      return false
    }
  }

/**
 * Parses a text, which is what flags and the environment give. A text that is no JSON is left to fail in the schema.
 */
const fromJson = (given: unknown): unknown => {
  try {
    return typeof given === 'string' ? JSON.parse(given) : given
  } catch {
    return given
  }
}

/**
 * Every option of the server. The table gives the flags (`--data-dir`), the environment variables (`DATA_DIR`, or
 * `DATA_DIR_FILE` for the name of a file that contains the value), the keys of a config file (`dataDir`) and the help
 * text.
 */
const options = {
  port: { schema: number(0, 65_535).default(3_000), text: 'The port to listen on; 0 takes a free one.' },
  host: {
    schema: z.string().min(1).default('127.0.0.1'),
    text: 'The address to listen on; 0.0.0.0 for every network.',
  },
  dataDir: { schema: z.string().min(1).default('./data'), text: 'Where the database and the secrets are kept.' },
  basePath: {
    schema: z.string().default('/').refine(isReadBy(readBasePath), 'must be a path such as /chat'),
    text: 'The path below which everything lies.',
  },
  databaseUrl: {
    schema: z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://')
      .optional(),
    text: 'A PostgreSQL database to use instead of SQLite.',
  },
  redisUrl: {
    schema: z
      .string()
      .regex(/^rediss?:\/\//, 'must begin with redis://')
      .optional(),
    text: 'A Redis by which several servers on one PostgreSQL database learn of each other’s changes.',
  },
  registration: { schema: z.enum(['open', 'closed']).default('open'), text: 'Can people register themselves?' },
  hostJwtSecret: {
    schema: z.string().min(32).optional(),
    text: 'People sign in at a host application, which signs their tokens by HS256 with this secret.',
  },
  hostJwksUrl: {
    schema: z
      .string()
      .regex(/^https?:\/\/[^/]+/, 'must begin with https:// or http://')
      .optional(),
    text: 'The same, where the host application publishes the public keys of its tokens (JWKS).',
  },
  hostJwtIssuer: { schema: z.string().min(1).optional(), text: 'What the claim iss of such tokens must be.' },
  hostJwtAudience: { schema: z.string().min(1).optional(), text: 'What the claim aud of such tokens must contain.' },
  hostJwtMaxSeconds: {
    schema: number(60, 30 * 24 * 60 * 60).default(24 * 60 * 60),
    text: 'How long such a token may be good at most.',
  },
  directMessages: {
    schema: z.enum(['anyone', 'requests', 'contacts']).default('anyone'),
    text: 'Allows direct messages from anyone, from anyone with requests (nothing is shown before an answer), or from contacts.',
  },
  accessTokenSeconds: { schema: number(5, 900).default(600), text: 'How long an access token is good.' },
  sessionDays: { schema: number(1, 365).default(30), text: 'How long a session lives without being used.' },
  rateLimits: { schema: z.enum(['on', 'off']).default('on'), text: 'Limits how much one person may do in a time.' },
  allowedOrigins: {
    schema: list.default([]).refine(isReadBy(readOrigins), 'must be origins such as https://app.example, or *'),
    text: 'Other sites whose pages may connect, separated by commas.',
  },
  embedOrigins: {
    schema: list.default([]).refine(isReadBy(embeddingPages), 'must be origins such as https://app.example'),
    text: 'Other sites whose pages may show the chat in a frame, separated by commas.',
  },
  dialects: {
    schema: list
      .default([...dialectNames])
      .refine((names) => names.every((name) => name === 'none' || dialectNames.includes(name)), {
        error: `must be of ${dialectNames.join(', ')}, or none`,
      })
      .transform((names) => names.filter((name) => name !== 'none')),
    text: `Vocabularies of other chat clients to understand, separated by commas, or none (${dialectNames.join(', ')}).`,
  },
  currency: {
    schema: z
      .string()
      .refine((code) => currencyDecimals.has(code), 'must be a code of ISO 4217 such as EUR')
      .default('USD'),
    text: 'The currency of offers for which another chat client names none.',
  },
  fileLinks: {
    schema: z.enum(['on', 'off']).default('off'),
    text: 'Lets other chat clients send files that lie elsewhere, by https addresses.',
  },
  trustedProxies: {
    schema: list
      .default([])
      .refine(isReadBy(proxyAddr.compile), 'must be addresses, networks such as 10.0.0.0/8, or loopback'),
    text: 'Proxies that may say where a request comes from (X-Forwarded-For), separated by commas.',
  },
  maxFileSize: {
    schema: number(1, 2 ** 40).default(fileDefaults.maxFileSize),
    text: 'The most bytes of one uploaded file.',
  },
  allowedFileTypes: {
    schema: list
      .default(fileDefaults.allowedFileTypes)
      .refine(
        (types) => types.every((type) => /^[a-z*]+\/[a-z0-9.+*-]+$/i.test(type)),
        'must be types such as image/*',
      ),
    text: 'Types of files that people may upload, separated by commas: image/*, application/pdf, */* for all.',
  },
  fileQuota: {
    schema: number(0, 2 ** 50).default(fileDefaults.fileQuota),
    text: 'The most bytes of all files of one person.',
  },
  fileDir: {
    schema: z.string().min(1).optional(),
    text: 'The folder of the files; blobs in the data folder if left out. Several nodes need one that all of them see, or S3.',
  },
  s3Endpoint: {
    schema: z
      .string()
      .regex(/^https?:\/\/[^/]+/, 'must begin with https:// or http://')
      .optional(),
    text: 'Where an S3-compatible store is, for files in a bucket instead of a folder.',
  },
  s3Bucket: { schema: z.string().min(1).optional(), text: 'The bucket of the files.' },
  s3Region: { schema: z.string().min(1).default('us-east-1'), text: 'The region of the bucket.' },
  s3AccessKeyId: { schema: z.string().min(1).optional(), text: 'The key that may use the bucket.' },
  s3SecretAccessKey: { schema: z.string().min(1).optional(), text: 'The secret of that key.' },
  s3PathStyle: {
    schema: z.enum(['on', 'off']).default('off'),
    text: 'The bucket stands in the path instead of the name of the host, as most self-hosted stores need it.',
  },
  webhooks: {
    schema: z.preprocess(fromJson, WebhookList.default([])),
    text: 'JSON: endpoints that receive what happens, [{ "url", "secret", "events" }].',
  },
  webhookNetworks: {
    schema: list
      .default([])
      .refine(isReadBy(proxyAddr.compile), 'must be addresses, networks such as 10.0.0.0/8, or loopback'),
    text: 'Networks of your own that webhooks may go to, separated by commas; else none but the internet.',
  },
  logLevel: {
    schema: z.enum(['silent', 'error', 'warn', 'info', 'debug']).default('info'),
    text: 'How much is logged.',
  },
  metricsToken: {
    schema: z
      .string()
      .regex(/^\S{16,}$/, 'must have 16 characters or more, and no spaces')
      .optional(),
    text: 'The bearer token that may read /metrics; if left out, only programs on this machine may.',
  },
  tokenSecret: {
    schema: z.string().min(32).optional(),
    text: 'Signs access tokens; made and kept beside the data if left out.',
  },
} as const

type OptionName = keyof typeof options

export type Config = { [N in OptionName]: z.output<(typeof options)[N]['schema']> }

/** A mistake in the configuration. The command prints its sentence, without a stack. */
export class ConfigError extends Error {}

const names = Object.keys(options) as OptionName[]
const flagOf = (name: string) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
const variableOf = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
const isOption = (name: string): name is OptionName => Object.hasOwn(options, name)

/**
 * Reads each option from the first place that has it: flag, environment variable (before it, the file that `…_FILE`
 * names), config file (`--config` or `CONFIG`), default. An empty variable counts as not set, an empty file does not.
 * Ignores unknown variables and the values of later places. It does not find contradictions between options:
 * `bucketOf`, `hostJwtOf` and `createParley` do.
 *
 * Throws ConfigError if a value that it takes is invalid; for an unknown flag or key of the config file, and a flag
 * without a value; for a config file that is no JSON object; and for any named file that cannot be read, also one whose
 * value is not needed.
 */
export function readConfig(flags: readonly string[], environment: NodeJS.ProcessEnv): Config {
  const fromFlags = readFlags(flags)
  const file = fromFlags.get('--config') ?? given(environment.CONFIG)
  const fromFile = file === undefined ? {} : readFile(file)
  const entries = names.map((name) => {
    const sources = [
      { place: flagOf(name), value: fromFlags.get(flagOf(name)) },
      fromEnvironment(variableOf(name), environment),
      { place: `${file}: ${name}`, value: fromFile[name] },
    ]
    const { place, value } = sources.find((source) => source.value !== undefined) ?? { place: name, value: undefined }
    const parsed = options[name].schema.safeParse(value)
    if (!parsed.success) throw new ConfigError(`${place}: ${parsed.error.issues[0]?.message}. ${options[name].text}`)
    return [name, parsed.data]
  })
  return Object.fromEntries(entries) as Config
}

function readFlags(flags: readonly string[]): Map<string, string> {
  const known = [...names.map(flagOf), '--config']
  const values = new Map<string, string>()
  for (let i = 0; i < flags.length; i++) {
    const [flag = '', ...rest] = (flags[i] ?? '').split('=')
    if (!known.includes(flag)) throw new ConfigError(`Unknown option ${flag}. Did you mean ${closest(flag, known)}?`)
    const value = rest.length > 0 ? rest.join('=') : flags[++i]
    if (value === undefined || (rest.length === 0 && value.startsWith('--')))
      throw new ConfigError(`${flag} needs a value.`)
    values.set(flag, value)
  }
  return values
}

/** An empty variable counts as not set: settings of containers leave variables out in this way. */
const given = (value: string | undefined) => (value === '' ? undefined : value)

/** The value of a variable, or of the file that its `…_FILE` names, without spaces and line breaks around it. */
function fromEnvironment(variable: string, environment: NodeJS.ProcessEnv) {
  const place = `${variable}_FILE`
  const file = given(environment[place])
  if (file === undefined) return { place: variable, value: given(environment[variable]) }
  if (!existsSync(file)) throw new ConfigError(`${place}: there is no file ${file}.`)
  return { place, value: readText(file, `${place}: ${file}`).trim() }
}

/** Throws ConfigError for a folder, and for a file that this user may not read; `named` begins its sentence. */
function readText(file: string, named: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ConfigError(`${named} cannot be read: ${error instanceof Error ? error.message : error}.`)
  }
}

function readFile(file: string): Record<string, unknown> {
  if (!existsSync(file)) throw new ConfigError(`There is no config file ${file}.`)
  const content = parseJson(file)
  for (const key of Object.keys(content)) {
    if (!isOption(key)) throw new ConfigError(`${file}: unknown option ${key}. Did you mean ${closest(key, names)}?`)
  }
  return content
}

function parseJson(file: string): Record<string, unknown> {
  const text = readText(file, file)
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(text))
  } catch {
    throw new ConfigError(`${file} is not a JSON object.`)
  }
}

/**
 * The options of the bucket for files; undefined, for files in a folder, if neither its endpoint nor its name is set.
 * Throws ConfigError if endpoint, name, key or secret is missing, or `maxFileSize` exceeds the 5 GiB that S3 takes at
 * once. Does not connect.
 */
export function bucketOf(config: Config): S3Options | undefined {
  const {
    s3Endpoint: endpoint,
    s3Bucket: bucket,
    s3AccessKeyId: accessKeyId,
    s3SecretAccessKey: secretAccessKey,
  } = config
  if (endpoint === undefined && bucket === undefined) return undefined
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) {
    throw new ConfigError('S3 needs all of S3_ENDPOINT, S3_BUCKET, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.')
  }
  const largest = 5 * 1024 ** 3
  if (config.maxFileSize > largest) throw new ConfigError(`MAX_FILE_SIZE: S3 takes at most ${largest} bytes at once.`)
  const pathStyle = config.s3PathStyle === 'on'
  return { endpoint, bucket, accessKeyId, secretAccessKey, region: config.s3Region, pathStyle }
}

/**
 * The options for tokens of a host application; undefined, for users who sign in at Parley, if none of them is set.
 * Throws ConfigError for a secret together with an address of keys, for an issuer or audience without either, and for
 * an address without both issuer and audience.
 */
export function hostJwtOf(config: Config): HostJwtOptions | undefined {
  const { hostJwtSecret: secret, hostJwksUrl: jwksUrl, hostJwtIssuer: issuer, hostJwtAudience: audience } = config
  if (secret !== undefined && jwksUrl !== undefined) {
    throw new ConfigError('Give HOST_JWT_SECRET or HOST_JWKS_URL, and not both.')
  }
  if (secret === undefined && jwksUrl === undefined) {
    if (issuer === undefined && audience === undefined) return undefined
    throw new ConfigError('HOST_JWT_ISSUER and HOST_JWT_AUDIENCE need HOST_JWT_SECRET or HOST_JWKS_URL.')
  }
  if (jwksUrl !== undefined && (issuer === undefined || audience === undefined)) {
    throw new ConfigError(
      'HOST_JWKS_URL needs HOST_JWT_ISSUER and HOST_JWT_AUDIENCE: such keys sign tokens for others too.',
    )
  }
  return { secret, jwksUrl, issuer, audience, maxSeconds: config.hostJwtMaxSeconds }
}

/** Makes the text of `--help`: the commands, and for each option its flag, variable and meaning. Prints nothing. */
export function helpText(): string {
  const rows = names.map((name) => `  ${flagOf(name).padEnd(24)} ${variableOf(name).padEnd(22)} ${options[name].text}`)
  const commands = [
    '[options]',
    'backup FILE [options]',
    'restore FILE [options]',
    'key create --name NAME --scopes users,act-as [options]',
    'key create --name NAME --bot USERNAME [options]',
    'key list [options]',
    'key revoke ID [options]',
    'bot create USERNAME [--name NAME] [options]',
    'webhook COMMAND [options]',
  ]
  return [
    ...commands.map((words) => `parley ${words}`),
    '',
    `  ${'flag'.padEnd(24)} environment`,
    ...rows,
    `  --config FILE`,
    '',
  ].join('\n')
}
