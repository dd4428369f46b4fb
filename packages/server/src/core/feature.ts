import type { OperationName, Output, ParsedInput, Reply } from '@parley/protocol'
import type { Hono, Context as HttpContext } from 'hono'
import type { StoreMakers } from '../storage/store.ts'
import type { BodyPart } from './body/body-part.ts'
import type { Anyone, Context, MemberContext, StrangerContext } from './context.ts'
import type { Erasure } from './erasure.ts'
import type { Kernel } from './kernel.ts'
import type { Cost } from './limits/costs.ts'
import type { OperationError } from './operation-error.ts'
import type { Policy, Rules } from './policy.ts'
import type { AccountRowKind } from './rows/account-row-kind.ts'
import type { RowKind, SideRows } from './rows/row-kind.ts'

type RuleOf<N extends OperationName> = N extends keyof Policy ? Policy[N] : never

/** The context that the handler of an operation gets. It follows from the operation's rule in the policy. */
export type ContextOf<N extends OperationName> =
  RuleOf<N> extends { for: 'members' } ? MemberContext : RuleOf<N> extends { for: 'anyone' } ? StrangerContext : Context

export interface Request<N extends OperationName> {
  input: ParsedInput<N>
  context: ContextOf<N>
}

/** Runs in a transaction if it is a command, in a snapshot if it is a query. */
type Plain<N extends OperationName> = (input: ParsedInput<N>, context: ContextOf<N>) => Promise<Output<N>>

/**
 * Handles all requests that waited together, in one call, and returns an outcome for each, in their order. A refusal is
 * returned, so that it does not affect the others; if the handler throws, nothing of the transaction is committed.
 */
interface Batched<N extends OperationName> {
  mode: 'batched'
  handle(requests: readonly Request<N>[]): Promise<(Output<N> | OperationError)[]>
}

/**
 * A command that changes nothing durable, such as typing: it reads what is committed and never waits for a commit. Also a query
 * that takes turns with others for long: it holds no connection meanwhile, and reads no single state.
 */
interface Live<N extends OperationName> {
  mode: 'live'
  handle: Plain<N>
}

/**
 * A command with slow work (hashing, signing), which must not hold the transaction: `before` and `after` run outside of
 * it.
 */
interface Staged<N extends OperationName, Prepared, Committed> {
  mode: 'staged'
  before(input: ParsedInput<N>, context: ContextOf<N>): Promise<Prepared>
  commit(input: ParsedInput<N>, context: ContextOf<N>, prepared: Prepared): Promise<Committed>
  after(committed: Committed): Promise<Output<N>>
}

// biome-ignore lint/suspicious/noExplicitAny: what passes between the stages is the handler's own business.
export type Handler<N extends OperationName> = Plain<N> | Batched<N> | Live<N> | Staged<N, any, any>

/** Handlers of these operations, checked against the protocol's types. */
export type Handlers<N extends OperationName = OperationName> = { [K in N]: Handler<K> }

/**
 * Makes the handler entry of an operation whose waiting requests are handled together, in one call in a transaction.
 * `handle` gets the requests that the policy admits, and returns an outcome for each, in their order: a refusal is a
 * returned OperationError. If it throws, nothing of the transaction is committed, and each of several requests runs
 * again by itself, unless the database is away; a lost race repeats also a single one. The name only selects the types.
 */
export const batched = <N extends OperationName>(_name: N, handle: Batched<N>['handle']): Batched<N> => ({
  mode: 'batched',
  handle,
})

/**
 * Makes the handler entry of an operation that runs without a transaction: it reads what is committed, must write
 * nothing durable, and waits for no commit. Its events are delivered once it resolves, and not if it rejects. The name
 * only selects the types.
 */
export const live = <N extends OperationName>(_name: N, handle: Plain<N>): Live<N> => ({ mode: 'live', handle })

/**
 * Makes the handler entry of a command with slow work. `before` runs outside of a transaction; `commit` gets its result
 * in the transaction, and may run again, without `before`, if that transaction fails; `after` makes the answer of what
 * was committed. The policy is checked before each of the first two. Events of `before` are delivered even if `commit`
 * rejects. If `after` rejects, the commit stays. The name only selects the types.
 */
export const staged = <N extends OperationName, Prepared, Committed>(
  _name: N,
  stages: Omit<Staged<N, Prepared, Committed>, 'mode'>,
): Staged<N, Prepared, Committed> => ({ mode: 'staged', ...stages })

/**
 * Makes the entry of a staged handler without `after`, for slow work before the transaction that may safely be
 * repeated. What `commit` resolves with is the answer, so that, unlike with `staged`, it can be stored for an
 * `Idempotency-Key`; all else is as there. The name only selects the types.
 */
export const prepared = <N extends OperationName, Prepared>(
  _name: N,
  stages: Omit<Staged<N, Prepared, Output<N>>, 'mode' | 'after'>,
): Staged<N, Prepared, Output<N>> => ({ mode: 'staged', ...stages, after: async (committed) => committed })

/** What routes that carry bytes get from `web/`: the same callers and answers as operations have over REST. */
export interface ByteWeb {
  /**
   * The caller of the request: a stranger without a valid token. Rejects with an OperationError if an API key is
   * refused.
   */
  callerOf(c: HttpContext): Promise<Anyone>
  /** Runs an operation. Its policy and rate limit are the only checks: routes make none themselves. */
  run<N extends OperationName>(c: HttpContext, name: N, input: unknown, caller: Anyone): Promise<Reply<Output<N>>>
  /** Answers with the reply as JSON. */
  answer(c: HttpContext, reply: Reply<unknown>, status?: 200 | 201): Response
  /** Answers with a refusal, and logs it. */
  refuse(c: HttpContext, error: OperationError): Response
  /**
   * Answers to any error: a refusal as `refuse` does, unreachable files with `unavailable`, else `internal`. Logs it.
   */
  failed(c: HttpContext, error: Error): Response
  /** Do pages of other sites use this server? */
  isForOtherSites: boolean
}

/** Makes routes below the path of the API. */
export type ByteRoutes = (web: ByteWeb) => Hono

/** Given to a route by one that forwards a form to it. */
export interface FormBindings {
  /** Called before the form is used; throws if a field is refused. */
  checkFields?(fields: readonly (readonly [name: string, value: string])[], caller: Anyone): void
}

/** What a feature brings to the server. */
export interface Feature<P extends Rules = Rules> {
  policy: P
  /** What each operation costs its caller, and how much it may read and answer at most. */
  costs: Record<keyof P & OperationName, Cost>
  /** Handlers that need nothing but their context, or a function that makes them. */
  handlers: Handlers<keyof P & OperationName> | ((kernel: Kernel) => Handlers<keyof P & OperationName>)
  stores?: Partial<StoreMakers>
  /** Its durable rows in conversations. */
  rows?: RowKind
  /** Its durable rows for one user alone. */
  accountRows?: AccountRowKind
  /** Its rows that are loaded beside rows of other features, such as the users beside messages. */
  sideRows?: SideRows
  /** Its part of the body of a message. */
  bodyPart?: BodyPart
  /** How it erases what it stores about a user. */
  erasure?: Erasure
  /** Its routes whose bodies are bytes instead of operations. */
  routes?(kernel: Kernel): ByteRoutes[]
  /** Starts its background work, once, when the server starts. It registers the end of that with `whenClosing`. */
  begin?(kernel: Kernel): void
}

/**
 * Returns the given feature, unchanged, and registers nothing: a list of features does. Only its types have an effect:
 * it does not compile unless the feature bounds, charges for and handles each operation that it has a rule for.
 *
 * @example
 * export const pins = feature({ policy: pinPolicy, costs: { 'pin.set': { charge: 'change', rows: few, bytes: small } }, handlers: pinHandlers, stores: { pins: pinStore } })
 */
export const feature = <const P extends Rules, F extends Feature<P>>(given: F & { policy: P }): F => given
