import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ConfigError, helpText, hostJwtOf, readConfig } from './config.ts'
import { dialectNames } from './dialects/dialects.ts'
import { createParley } from './server.ts'

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parley-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

let files = 0
const fileWith = async (content: string) => {
  const file = join(folder, `file-${++files}`)
  await writeFile(file, content)
  return file
}

/** The sentence with which this configuration is refused; undefined if it is not. */
function refusal(flags: string[], environment: NodeJS.ProcessEnv = {}): string | undefined {
  try {
    readConfig(flags, environment)
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError)
    return error instanceof Error ? error.message : String(error)
  }
}

test('all options have defaults', () => {
  expect(readConfig([], {})).toEqual({
    port: 3_000,
    host: '127.0.0.1',
    dataDir: './data',
    basePath: '/',
    databaseUrl: undefined,
    registration: 'open',
    hostJwtMaxSeconds: 86_400,
    directMessages: 'anyone',
    accessTokenSeconds: 600,
    sessionDays: 30,
    rateLimits: 'on',
    allowedOrigins: [],
    embedOrigins: [],
    dialects: dialectNames,
    currency: 'USD',
    fileLinks: 'off',
    trustedProxies: [],
    webhooks: [],
    webhookNetworks: [],
    maxFileSize: 100 * 1024 * 1024,
    allowedFileTypes: ['*/*'],
    fileQuota: 5 * 1024 * 1024 * 1024,
    fileDir: undefined,
    s3Region: 'us-east-1',
    s3PathStyle: 'off',
    logLevel: 'info',
    metricsToken: undefined,
    tokenSecret: undefined,
  })
})

test('dialects are a list of known names, or none', () => {
  expect(readConfig(['--dialects', 'rooms'], {}).dialects).toEqual(['rooms'])
  expect(readConfig([], { DIALECTS: 'none' }).dialects).toEqual([])
  expect(refusal(['--dialects', 'rooms,klingon'])).toMatch(/^--dialects: must be of rooms.*, or none/)
})

describe('the source of an option', () => {
  test('decides: a flag before the environment before the config file before the default', async () => {
    const file = await fileWith('{"port": 1, "host": "file", "dataDir": "file", "sessionDays": 3}')
    const environment = { PORT: '2', HOST: 'environment', DATA_DIR: 'environment', CONFIG: file }
    const config = readConfig(['--port', '3', '--host=flag'], environment)
    expect(config).toMatchObject({ port: 3, host: 'flag', dataDir: 'environment', sessionDays: 3, rateLimits: 'on' })
  })

  test('may be a file that the environment names, which goes before the variable itself', async () => {
    const secret = 'a secret that is long enough to sign'
    const TOKEN_SECRET_FILE = await fileWith(`${secret}\n`)
    expect(readConfig([], { TOKEN_SECRET_FILE }).tokenSecret).toBe(secret)
    expect(
      readConfig([], { TOKEN_SECRET_FILE, TOKEN_SECRET: 'another secret, as long as the first' }).tokenSecret,
    ).toBe(secret)
    const flag = 'a third secret that is as long as both'
    expect(readConfig(['--token-secret', flag], { TOKEN_SECRET_FILE }).tokenSecret).toBe(flag)
    expect(refusal([], { TOKEN_SECRET_FILE: join(folder, 'nowhere') })).toMatch(/TOKEN_SECRET_FILE: there is no file/)
  })

  test('is named if its file is empty or cannot be read', async () => {
    const empty = await fileWith('\n')
    expect(refusal([], { TOKEN_SECRET_FILE: empty })).toMatch(/^TOKEN_SECRET_FILE: /)
    expect(refusal([], { HOST_FILE: empty })).toMatch(/^HOST_FILE: /)
    expect(refusal([], { TOKEN_SECRET_FILE: folder })).toMatch(/^TOKEN_SECRET_FILE: .+ cannot be read: EISDIR/)
    expect(refusal(['--config', folder])).toMatch(/ cannot be read: EISDIR/)
  })

  test('of the config file itself is a flag before the environment', async () => {
    const [one, other] = [await fileWith('{"port": 1}'), await fileWith('{"port": 2}')]
    expect(readConfig(['--config', one], { CONFIG: other }).port).toBe(1)
    expect(readConfig([], { CONFIG: other }).port).toBe(2)
  })

  test('makes no difference for lists', async () => {
    const origins = ['https://a.example', 'https://b.example']
    const file = await fileWith(JSON.stringify({ allowedOrigins: origins }))
    expect(readConfig(['--config', file], {}).allowedOrigins).toEqual(origins)
    expect(readConfig([], { ALLOWED_ORIGINS: ' https://a.example, https://b.example,' }).allowedOrigins).toEqual(
      origins,
    )
    expect(readConfig(['--allowed-origins='], {}).allowedOrigins).toEqual([])
  })

  test('is never an empty variable', () => {
    expect(readConfig([], { PORT: '', HOST: '', DATA_DIR: '', TOKEN_SECRET: '', CONFIG: '' })).toMatchObject({
      port: 3_000,
      host: '127.0.0.1',
      dataDir: './data',
      tokenSecret: undefined,
    })
  })
})

test('a Redis is given by its URL, in any source', async () => {
  const url = 'redis://:secret@redis:6379/1'
  expect(readConfig(['--redis-url', url], {}).redisUrl).toBe(url)
  expect(readConfig([], { REDIS_URL: url }).redisUrl).toBe(url)
  expect(readConfig([], { REDIS_URL_FILE: await fileWith(`${url}\n`) }).redisUrl).toBe(url)
  expect(readConfig(['--config', await fileWith(JSON.stringify({ redisUrl: url }))], {}).redisUrl).toBe(url)
  expect(() => readConfig([], { REDIS_URL: 'redis:6379' })).toThrow('REDIS_URL: must begin with redis://')
})

test('a Redis without PostgreSQL is refused before anything is opened', async () => {
  const redisUrl = 'redis://127.0.0.1:1'
  await expect(createParley({ dataDir: '/nowhere/at/all', redisUrl })).rejects.toThrow(ConfigError)
  await expect(createParley({ dataDir: '/nowhere/at/all', redisUrl })).rejects.toThrow('REDIS_URL needs DATABASE_URL')
})

test('a database is PostgreSQL by its URL, in any source', async () => {
  const url = 'postgres://parley:secret@db.example/parley?sslmode=require'
  expect(readConfig([], { DATABASE_URL: url }).databaseUrl).toBe(url)
  expect(readConfig([], { DATABASE_URL_FILE: await fileWith(`${url}\n`) }).databaseUrl).toBe(url)
  expect(readConfig(['--database-url', url], { DATABASE_URL: 'postgresql://other' }).databaseUrl).toBe(url)
  expect(readConfig(['--config', await fileWith(JSON.stringify({ databaseUrl: url }))], {}).databaseUrl).toBe(url)
  const mistake = refusal([], { DATABASE_URL: 'mysql://root:secret@db.example/parley' })
  expect(mistake).toMatch(/DATABASE_URL: must begin with postgres:/)
  expect(mistake).not.toContain('secret')
})

describe('tokens of a host application', () => {
  const secret = 'a secret that is long enough to sign'
  const of = (environment: NodeJS.ProcessEnv) => hostJwtOf(readConfig([], environment))

  test('are checked by a secret, also from a file, or by keys at an address', async () => {
    const checks = { HOST_JWT_ISSUER: 'https://id.example', HOST_JWT_AUDIENCE: 'chat' }
    expect(of({})).toBeUndefined()
    expect(of({ HOST_JWT_SECRET_FILE: await fileWith(`${secret}\n`) })).toMatchObject({ secret, maxSeconds: 86_400 })
    expect(of({ HOST_JWKS_URL: 'https://id.example/jwks', ...checks, HOST_JWT_MAX_SECONDS: '60' })).toEqual({
      jwksUrl: 'https://id.example/jwks',
      issuer: 'https://id.example',
      audience: 'chat',
      maxSeconds: 60,
    })
  })

  test.each([
    [{ HOST_JWT_SECRET: secret, HOST_JWKS_URL: 'https://id.example/jwks' }, 'and not both'],
    [{ HOST_JWT_ISSUER: 'x' }, 'need HOST_JWT_SECRET or HOST_JWKS_URL'],
    [{ HOST_JWKS_URL: 'https://id.example/jwks', HOST_JWT_ISSUER: 'x' }, 'needs HOST_JWT_ISSUER and HOST_JWT_AUDIENCE'],
    [{ HOST_JWKS_URL: 'ftp://id.example/jwks' }, 'HOST_JWKS_URL: must begin with https://'],
    [{ HOST_JWT_SECRET: 'short' }, 'HOST_JWT_SECRET: '],
  ])('%j is a mistake', (environment, sentence) => {
    expect(() => of(environment)).toThrow(sentence)
  })
})

describe('an unknown option', () => {
  test.each([
    ['--prot', '--port'],
    ['--datadir', '--data-dir'],
    ['--rate-limit=off', '--rate-limits'],
    ['--Port', '--port'],
    ['port', '--port'],
    ['--configg', '--config'],
  ])('%s is an error that names %s', (flag, nearest) => {
    expect(refusal([flag, '1'])).toBe(`Unknown option ${flag.split('=')[0]}. Did you mean ${nearest}?`)
  })

  test('in the config file is one too', async () => {
    const file = await fileWith('{"prot": 1}')
    expect(refusal(['--config', file])).toBe(`${file}: unknown option prot. Did you mean port?`)
    const inherited = await fileWith('{"constructor": 1}')
    expect(refusal(['--config', inherited])).toMatch(/unknown option constructor/)
  })
})

describe('a wrong value', () => {
  test.each([
    [['--port', '65536'], {}, '--port'],
    [['--port', '-1'], {}, '--port'],
    [['--port', '80.5'], {}, '--port'],
    [['--port', 'http'], {}, '--port'],
    [['--port='], {}, '--port'],
    [['--port', ' '], {}, '--port'],
    [['--port', '0x50'], {}, '--port'],
    [['--port', '1e3'], {}, '--port'],
    [[], { PORT: 'http' }, 'PORT'],
    [[], { RATE_LIMITS: 'yes' }, 'RATE_LIMITS'],
    [[], { ACCESS_TOKEN_SECONDS: '4' }, 'ACCESS_TOKEN_SECONDS'],
    [['--session-days', '366'], {}, '--session-days'],
    [['--data-dir='], {}, '--data-dir'],
    [['--host='], {}, '--host'],
    [['--trusted-proxies', 'nginx'], {}, '--trusted-proxies'],
    [['--registration', 'closed '], {}, '--registration'],
  ] as [string[], NodeJS.ProcessEnv, string][])(
    '%j %j is refused with its source and the meaning of the option',
    (flags, environment, place) => {
      expect(refusal(flags, environment)).toMatch(new RegExp(`^${place}: .+\\. .+[.?]$`))
    },
  )

  test.each(['null', 'true', '[]', '{}', '""', '"x"', '1.5', '-1'])('%s is no port in a config file', async (value) => {
    const file = await fileWith(`{"port": ${value}}`)
    expect(refusal(['--config', file])).toMatch(`${file}: port: `)
  })

  test('is not repeated: it may be a secret', async () => {
    expect(refusal(['--token-secret', 'too short'])).toMatch(/^--token-secret: /)
    expect(refusal(['--token-secret', 'too short'])).not.toContain('too short')
  })

  test.each(['[]', 'null', '"x"', '{', ''])('%s is no config file', async (content) => {
    const file = await fileWith(content)
    expect(refusal(['--config', file])).toBe(`${file} is not a JSON object.`)
  })

  test('is refused if it is missing, and so is a config file that does not exist', () => {
    expect(refusal(['--port'])).toBe('--port needs a value.')
    expect(refusal(['--data-dir', '--port', '80'])).toBe('--data-dir needs a value.')
    expect(refusal(['--config', join(folder, 'nowhere')])).toMatch(/There is no config file/)
  })
})

test('the help lists every option with its flag, its variable and its meaning', () => {
  const text = helpText()
  for (const name of Object.keys(readConfig([], {}))) {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`
    const variable = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
    expect(text).toMatch(new RegExp(`^  ${flag} +${variable} +\\S.+[.?]$`, 'm'))
  }
})
