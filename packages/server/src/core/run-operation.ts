import { randomUUID } from 'node:crypto'
import { type OperationName, operationNames, operations, type Reply } from '@parley/protocol'
import type { Database } from '../storage/database.ts'
import type { CreateStore, Store } from '../storage/store.ts'
import { reachConversations } from './access.ts'
import type { GroupCommit, Job } from './commit/group-commit.ts'
import type { OpenTransaction } from './commit/open-transaction.ts'
import type { Anyone, Caller, Context } from './context.ts'
import type { Deliver } from './deliver.ts'
import type { Delivery } from './delivery.ts'
import type { Handlers } from './feature.ts'
import { guardPeople } from './guards/people-guard.ts'
import type { Gate } from './guards/write-gate.ts'
import type { RateLimit } from './limits/rate-limit.ts'
import { invalidInput, OperationError, toWireError } from './operation-error.ts'
import type { Rule } from './policy.ts'

interface RunOperationOptions {
  handlers: Handlers
  policy: Record<OperationName, Rule>
  /** Does Parley have the accounts? Operations that need them are unknown otherwise. */
  hasAccounts: boolean
  createStore: CreateStore
  database: Database
  groupCommit: GroupCommit
  deliver: Deliver
  rateLimit: RateLimit
  /** Puts checks before the transaction of an operation, such as questions to the host application. */
  gate?: Gate | undefined
  /** Called with the cause of a failure, which the answer does not contain. */
  failed(requestId: string, cause: unknown): void
}

/** Runs an operation as a caller. It never rejects: invalid input, refusals and failures are replies, too. */
export type RunOperation = (name: string, input: unknown, caller: Anyone, requestId?: string) => Promise<Reply<unknown>>

// The handler's types follow from the catalogue and are checked where features are defined; here any of them may come.
// biome-ignore lint/suspicious/noExplicitAny: see above.
type Any = any

interface Request {
  input: Any
  context: Any
}

/**
 * Makes the function that runs each operation: caller → rate limit → schema → gate → transaction → policy → handler →
 * commit → deliver → answer. It never rejects. Invalid input costs, too. `failed` gets all but refusals.
 */
export function createRunOperation(options: RunOperationOptions): RunOperation {
  const { handlers, policy, hasAccounts, failed, rateLimit, gate = (_, way) => way } = options
  const names = operationNames.filter((name) => hasAccounts || policy[name].needs !== 'accounts')
  const ways = new Map<string, Way>(names.map((name) => [name, gate(name, wayOf(name, handlers[name], options))]))

  return async (name, input, caller, givenId) => {
    try {
      const way = ways.get(name)
      const isForStrangers = policy[name as OperationName]?.for === 'anyone'
      // For a caller who has signed in, operations such as signing in do not exist.
      if (!way || (isForStrangers && caller.user)) throw new OperationError('unknown_operation')
      if (!isForStrangers && !caller.user) throw new OperationError('unauthenticated')
      await rateLimit.take(name as OperationName, caller, input)
      const parsed = operations[name as OperationName].input.safeParse(readable(input))
      if (!parsed.success) throw invalidInput(parsed.error)
      return { ok: true, data: await way(parsed.data, caller) }
    } catch (error) {
      const requestId = givenId ?? randomUUID()
      if (!(error instanceof OperationError)) failed(requestId, error)
      return { ok: false, error: toWireError(error, requestId) }
    }
  }
}

/** Missing input is `{}`; typed arrays are rejected. */
const readable = (input: unknown) => (ArrayBuffer.isView(input) ? null : (input ?? {}))

type Way = (input: unknown, caller: Anyone) => Promise<unknown>

/** How the requests of one operation are run, decided once by the mode of its handler. */
function wayOf(name: OperationName, handler: Any, options: RunOperationOptions): Way {
  const { policy, createStore, database, groupCommit, deliver } = options
  const enter = guardPeople(policy[name], entrance(policy[name]))

  /** Runs a handler that has no transaction to commit: a query, a live command, or what a staged one does before its commit. */
  const runUncommitted = async (store: Store, input: unknown, caller: Any, handle: Any) => {
    const deliveries: Delivery[] = []
    const emit = (delivery: Delivery) => void deliveries.push(delivery)
    const request = await enterOne(enter, { input, context: { caller, store, now: Date.now(), emit } })
    const result = await handle(request.input, request.context)
    // No answer waits for a delivery that must read something first.
    if (deliveries.length > 0) void deliver(deliveries)
    return result
  }

  const write = (batch: Job['batch']) => (input: unknown, caller: Any) =>
    new Promise((resolve, fail) => {
      const settle = () => (command.outcome instanceof Error ? fail(command.outcome) : resolve(command.outcome))
      const command: Command = { input, caller, batch, outcome: undefined, settle, fail }
      groupCommit.submit(command)
    })

  const store = createStore(database.read)
  if (handler.mode === 'live') return (input, caller) => runUncommitted(store, input, caller, handler.handle)
  if (handler.mode === 'batched') return write(inBatch(enter, handler.handle))
  if (handler.mode === 'staged') {
    return async (input, caller) => {
      const prepared = await runUncommitted(store, input, caller, handler.before)
      const commit = (request: Any, context: Context) => handler.commit(request, context, prepared)
      return handler.after(await write(oneByOne(enter, commit))(input, caller))
    }
  }
  if (operations[name].kind === 'command') return write(oneByOne(enter, handler))
  // A snapshot holds a connection: what waits for more than rows (a hash, an authentication) stays out.
  return (input, caller) =>
    database.snapshot((snapshot) => runUncommitted(createStore(snapshot), input, caller, handler))
}

/** Admits the requests that the rule allows, and returns the refusal of each other, in their order. */
type Enter = (requests: readonly Request[], store: Store) => Promise<readonly (Request | OperationError)[]>

const entrance =
  (rule: Rule): Enter =>
  async (requests, store) => {
    if (rule.for !== 'members') return requests.map((request) => refusalOf(request) ?? request)
    const asked = requests.map(({ input, context }) => ({ input, caller: context.caller }))
    const reaches = await reachConversations(store, rule, asked)
    return reaches.map((reach, index) => {
      const { input, context } = requests[index] as Request
      return reach instanceof OperationError
        ? reach
        : (refusalOf({ context }) ?? { input, context: { ...context, reach } })
    })
  }

/** A socket's request may have waited (for a commit, a hash, a budget) until after its session was revoked. */
const refusalOf = ({ context }: Pick<Request, 'context'>): OperationError | undefined =>
  context.caller.socket?.hasEnded ? new OperationError('unauthenticated') : undefined

async function enterOne(enter: Enter, request: Request): Promise<Request> {
  const [entered] = await enter([request], request.context.store)
  if (entered instanceof Error) throw entered
  return entered as Request
}

interface Command extends Job {
  input: Any
  caller: Caller
  outcome: unknown
}

const requestOf = ({ input, caller }: Command, { store, now, emit }: OpenTransaction): Request => ({
  input,
  context: { caller, store, now, emit },
})

/** Each in its own savepoint, so that one that fails takes nothing of the others with it. */
const oneByOne =
  (enter: Enter, handle: Any): Job['batch'] =>
  async (jobs, transaction) => {
    for (const command of jobs as Command[]) {
      command.outcome = await transaction
        .attempt(async () => {
          const request = await enterOne(enter, requestOf(command, transaction))
          return handle(request.input, request.context)
        })
        .catch(toError)
    }
  }

/** The requests that are admitted, all in one call. */
const inBatch =
  (enter: Enter, handle: Any): Job['batch'] =>
  async (jobs, transaction) => {
    const commands = jobs as Command[]
    const entered = await enter(
      commands.map((command) => requestOf(command, transaction)),
      transaction.store,
    )
    const admitted = entered.filter((request) => !(request instanceof Error))
    // No savepoint: SQLite would copy each page that the batch changes. A fault ends the transaction, see group-commit.ts.
    const outcomes = (admitted.length > 0 ? await handle(admitted) : []).values()
    for (const [index, refusal] of entered.entries()) {
      commands[index]!.outcome = refusal instanceof Error ? refusal : outcomes.next().value
    }
  }

const toError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)))
