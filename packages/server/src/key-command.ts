import { limits, Name, Username } from '@parley/protocol'
import { ConfigError, readConfig } from './config.ts'
import { type KeyScope, keyScopes } from './core/policy.ts'
import { createStore } from './features/index.ts'
import type { ApiKeyRow } from './keys/api-key-store.ts'
import { sessionOfKey } from './keys/key-text.ts'
import { revokeKey, storeBot, storeKey } from './keys/new-keys.ts'
import { withDatabase } from './storage/command-database.ts'
import type { Store } from './storage/store.ts'

/** The output of a command: `result` to stdout, where scripts read it, and `remark` to stderr. */
interface CommandOutput {
  result: string
  remark?: string
}

interface Words {
  /** The word without a flag: an id or a user name. */
  named: string | undefined
  name?: string
  scopes?: string
  bot?: string
}

type Command = (words: Words, store: Store) => Promise<CommandOutput>

const ownFlags = ['name', 'scopes', 'bot'] as const

/**
 * Runs `parley key create | list | revoke` or `parley bot create` on the database of the options, beside a running
 * server or without one. Resolves with false, having done nothing, if the words begin with neither `key` nor `bot`;
 * otherwise with true, when the change is stored and the result printed to stdout. A new key, also the one of a new
 * bot, is printed this once. Rejects with ConfigError for words, options, names, bots and keys that cannot be used, and
 * with DatabaseRefused or another error if the database cannot.
 */
export async function runKeyCommand(words: readonly string[], environment: NodeJS.ProcessEnv): Promise<boolean> {
  const [noun = '', verb = ''] = words
  if (noun !== 'key' && noun !== 'bot') return false
  const command = commands.get(`${noun} ${verb}`)
  if (!command)
    throw new ConfigError(`There is no parley ${noun} ${verb}; there is ${[...commands.keys()].join(', ')}.`)
  const { own, rest } = split(words.slice(2))
  const { result, remark } = await withDatabase(readConfig(rest, environment), (db) => command(own, createStore(db)))
  process.stdout.write(`${result}\n`)
  if (remark !== undefined) process.stderr.write(`${remark}\n`)
  return true
}

/** Separates the words of the command from the options of the server. */
function split(words: readonly string[]): { own: Words; rest: string[] } {
  const own: Words = { named: words[0]?.startsWith('--') ? undefined : words[0] }
  const rest: string[] = []
  const flags = own.named === undefined ? [...words] : words.slice(1)
  while (flags.length > 0) {
    const [flag = '', inside] = (flags.shift() ?? '').split(/=(.*)/s)
    const name = ownFlags.find((one) => `--${one}` === flag)
    const value = inside ?? flags.shift()
    if (name === undefined) rest.push(flag, ...(value === undefined ? [] : [value]))
    else if (value === undefined || value.startsWith('--')) throw new ConfigError(`${flag} needs a value.`)
    else own[name] = value
  }
  return { own, rest }
}

const createKey: Command = async ({ name, scopes, bot }, store) => {
  if (name === undefined) throw new ConfigError('Say what it is for: parley key create --name NAME --scopes SCOPES')
  const key = { name: nameOf(name), now: Date.now() }
  if (bot === undefined) return shown(await storeKey(store, { ...key, scopes: readScopes(scopes), userId: null }))
  if (scopes !== undefined) throw new ConfigError('The key of a bot has no scopes: leave --scopes out.')
  const user = await store.users.byUsername(bot)
  if (user?.role !== 'bot') throw new ConfigError(`There is no bot ${bot}.`)
  return shown(await storeKey(store, { ...key, scopes: [], userId: user.id }))
}

const createBot: Command = async ({ named, name }, store) => {
  const { data: username } = Username.safeParse(named)
  if (username === undefined) throw new ConfigError('Say its user name, as people have one: parley bot create USERNAME')
  if (await store.users.byUsername(username)) throw new ConfigError(`The username ${username} is taken.`)
  const now = Date.now()
  const userId = await storeBot(store, username, nameOf(name ?? username), now)
  return shown(await storeKey(store, { name: username, scopes: [], userId, now }))
}

const shown = ({ id, text }: { id: string; text: string }): CommandOutput => ({
  result: text,
  remark: `Keep it now: it is not shown again. To take it back: parley key revoke ${id}`,
})

function nameOf(text: string): string {
  const { data: name } = Name.safeParse(text)
  if (name === undefined || /\p{Cc}/u.test(text.trim())) {
    throw new ConfigError(`--name: 1 to ${limits.name} characters on one line.`)
  }
  return name
}

function readScopes(text = ''): KeyScope[] {
  const isScope = (scope: string): scope is KeyScope => (keyScopes as readonly string[]).includes(scope)
  const scopes = text.split(',').map((scope) => scope.trim())
  if (!scopes.every(isScope)) throw new ConfigError(`--scopes: one or more of ${keyScopes.join(',')}, with commas.`)
  return [...new Set(scopes)]
}

const listKeys: Command = async (_, store) => {
  const rows: string[][] = []
  for (const key of await store.apiKeys.all()) {
    const { id, name, created_at } = key
    rows.push([
      id,
      new Date(created_at).toISOString().slice(0, 10),
      await stateOf(key, store),
      await useOf(key, store),
      name,
    ])
  }
  return { result: table([['id', 'made', 'state', 'for', 'name'], ...rows]) }
}

/** A key is also revoked once its bot has ended the session. */
async function stateOf({ id, user_id, revoked_at }: ApiKeyRow, store: Store): Promise<string> {
  const session = user_id === null ? undefined : await store.sessions.byId(sessionOfKey(id))
  return revoked_at === null && (session?.revoked_at ?? null) === null ? 'good' : 'revoked'
}

const useOf = async ({ user_id, scopes }: ApiKeyRow, store: Store): Promise<string> =>
  user_id === null ? JSON.parse(scopes).join(',') : `bot ${(await store.users.byId(user_id))?.username}`

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  const line = (row: string[]) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')
  return rows.map((row) => line(row).trimEnd()).join('\n')
}

const revoke: Command = async ({ named }, store) => {
  if (named === undefined) throw new ConfigError('Say which, by its id: parley key revoke ID')
  if (!(await revokeKey(store, named, Date.now()))) throw new ConfigError(`There is no good key ${named}.`)
  return { result: `${named} is revoked.` }
}

const commands = new Map<string, Command>([
  ['key create', createKey],
  ['key list', listKeys],
  ['key revoke', revoke],
  ['bot create', createBot],
])
