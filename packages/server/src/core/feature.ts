import type { OperationName, Output, ParsedInput, Reply } from '@parley/protocol'
import type { Hono, Context as HttpContext } from 'hono'
import type { StoreMakers } from '../storage/store.ts'
import type { BodyPart } from './body/body-part.ts'
import type { Anyone, Context, MemberContext, StrangerContext } from './context.ts'
import type { Erasure } from './erasure.ts'
import type { Kernel } from './kernel.ts'
import type { Charge } from './limits/budgets.ts'
import type { OperationError } from './operation-error.ts'
import type { Policy, Rules } from './policy.ts'
import type { AccountRowKind } from './rows/account-row-kind.ts'
import type { RowKind, SideRows } from './rows/row-kind.ts'

type RuleOf<N extends OperationName> = N extends keyof Policy ? Policy[N] : never

/** The context that the policy promises for an operation. */
export type ContextOf<N extends OperationName> =
  RuleOf<N> extends { for: 'members' } ? MemberContext : RuleOf<N> extends { for: 'anyone' } ? StrangerContext : Context

export interface Request<N extends OperationName> {
  input: ParsedInput<N>
  context: ContextOf<N>
}

/** Runs in a transaction if it is a command, in a snapshot if it is a query. */
type Plain<N extends OperationName> = (input: ParsedInput<N>, context: ContextOf<N>) => Promise<Output<N>>

/** Takes all requests that waited together and answers each; one that is refused does not disturb the others. */
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

/** A command with slow work (hashing, signing), which must not hold the transaction: that happens before and after. */
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

export const batched = <N extends OperationName>(_name: N, handle: Batched<N>['handle']): Batched<N> => ({
  mode: 'batched',
  handle,
})

export const live = <N extends OperationName>(_name: N, handle: Plain<N>): Live<N> => ({ mode: 'live', handle })

export const staged = <N extends OperationName, Prepared, Committed>(
  _name: N,
  stages: Omit<Staged<N, Prepared, Committed>, 'mode'>,
): Staged<N, Prepared, Committed> => ({ mode: 'staged', ...stages })

/**
 * A command with work before its transaction, which does no harm when it is done again. Its row is the answer, so unlike
 * that of `staged` its answer may be kept.
 */
export const prepared = <N extends OperationName, Prepared>(
  _name: N,
  stages: Omit<Staged<N, Prepared, Output<N>>, 'mode' | 'after'>,
): Staged<N, Prepared, Output<N>> => ({ mode: 'staged', ...stages, after: async (committed) => committed })

/** What routes of bytes need of the web: the same callers and answers as operations have over REST. */
export interface ByteWeb {
  callerOf(c: HttpContext): Promise<Anyone>
  /** Runs an operation for them: what may be done, and how often, is asked nowhere else. */
  run<N extends OperationName>(c: HttpContext, name: N, input: unknown, caller: Anyone): Promise<Reply<Output<N>>>
  answer(c: HttpContext, reply: Reply<unknown>, status?: 200 | 201): Response
  refuse(c: HttpContext, error: OperationError): Response
  /** Answers to a failure that nobody foresaw, and logs it. */
  failed(c: HttpContext, error: Error): Response
  /** Do pages of other sites use this server? */
  isForOtherSites: boolean
}

/** Makes routes below the path of the API. */
export type ByteRoutes = (web: ByteWeb) => Hono

/** What a route that hands a form on has against its fields. */
export interface FormBindings {
  /** Throws what it refuses, before anything is made of the form. */
  checkFields?(fields: readonly (readonly [name: string, value: string])[], caller: Anyone): void
}

/** What a feature brings to the server. */
export interface Feature<P extends Rules = Rules> {
  policy: P
  /** What each operation costs its caller. */
  charges: Record<keyof P & OperationName, Charge>
  /** Handlers that need nothing but their context, or a function that makes them. */
  handlers: Handlers<keyof P & OperationName> | ((kernel: Kernel) => Handlers<keyof P & OperationName>)
  stores?: Partial<StoreMakers>
  /** Its durable rows in conversations. */
  rows?: RowKind
  /** Its durable rows for one user alone. */
  accountRows?: AccountRowKind
  /** Its rows that are loaded beside those of others. */
  sideRows?: SideRows
  /** Its part of the body of a message. */
  bodyPart?: BodyPart
  /** How it lets go of what it keeps of a person who is erased. */
  erasure?: Erasure
  /** Its routes whose bodies are bytes instead of operations. */
  routes?(kernel: Kernel): ByteRoutes[]
  /** Begins what it does by itself; `whenClosing` ends it. */
  begin?(kernel: Kernel): void
}

/**
 * Checks that a feature charges for and handles each operation that it has a rule for.
 *
 * @example
 * export const pins = feature({ policy: pinPolicy, charges: { 'pin.set': 'change' }, handlers: pinHandlers, stores: { pins: pinStore } })
 */
export const feature = <const P extends Rules, F extends Feature<P>>(given: F & { policy: P }): F => given
