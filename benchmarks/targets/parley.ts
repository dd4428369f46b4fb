import { randomBytes } from 'node:crypto'
import { serverCore } from '../measure/window.ts'
import type { Control, Crowd, CrowdPlan, Served } from '../scenario.ts'
import { type Account, makeAccounts, makeAdministrator } from './accounts.ts'
import { ParleyNode } from './parley-node.ts'
import { call, eachOf } from './rest-caller.ts'
import type { Storage } from './storage.ts'
import type { RunningTarget, Target } from './target.ts'

const asking = 8
const batch = 100

export interface ParleySetup {
  storage: Storage
  nodes: number
  /** Replaces all data by a history of so many messages; resolves with its reader. */
  fill?(secret: string, messages: number): Promise<Crowd>
}

/**
 * Parley in production form: processes of its own, full durability, real accounts, and conversations created through
 * the public API. The data is created once and used in every round.
 */
export class ParleyTarget implements Target {
  private readonly setup: ParleySetup
  private readonly secret = randomBytes(32).toString('base64url')
  private crowd: Crowd = { members: [], conversations: [] }
  private nodes: ParleyNode[] = []

  private constructor(setup: ParleySetup) {
    this.setup = setup
  }

  /**
   * Makes the accounts and conversations of the plan in an empty storage; no node runs afterwards. If that fails,
   * deletes the storage.
   */
  static async create(setup: ParleySetup, plan: CrowdPlan): Promise<ParleyTarget> {
    const target = new ParleyTarget(setup)
    try {
      await target.createCrowd(plan)
    } catch (error) {
      await target.dispose()
      throw error
    }
    return target
  }

  /** Starts all nodes, with the data as the last round left it and without rate limits; resolves once they listen. */
  async start(): Promise<RunningTarget> {
    await this.launch(true)
    const control: Control = {
      restart: (settings) => this.restart(settings?.rateLimits),
      fill: (messages) => this.fill(messages),
      probe: () => Promise.all(this.nodes.map((node) => node.probe())),
    }
    return { served: this.served(), control, stop: () => this.stop() }
  }

  /** Deletes the storage. Stop the nodes before. */
  dispose(): Promise<void> {
    return this.setup.storage.dispose()
  }

  private served(): Served {
    const { nodes, crowd } = this
    return {
      ports: nodes.map(({ port }) => port),
      pids: nodes.map(({ pid }) => pid),
      servicePids: [...this.setup.storage.pids],
      crowd,
    }
  }

  /** Starts the nodes. A single measured node gets a core of its own; several share all cores. */
  private async launch(isMeasured: boolean, ports: readonly number[] = [], rateLimits = 'off'): Promise<void> {
    const flags = [...this.setup.storage.flags, '--token-secret', this.secret, '--rate-limits', rateLimits]
    const core = isMeasured && this.setup.nodes === 1 ? serverCore : undefined
    // For example `--cpu-prof`.
    const nodeFlags = isMeasured ? (process.env.BENCH_NODE_FLAGS ?? '').split(' ').filter(Boolean) : []
    this.nodes = []
    for (let i = 0; i < this.setup.nodes; i += 1) {
      this.nodes.push(await ParleyNode.start({ flags, core, nodeFlags, port: ports[i] }))
    }
  }

  private async stop(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.stop()))
  }

  private async restart(rateLimits?: 'on' | 'off'): Promise<Served> {
    const ports = this.nodes.map(({ port }) => port)
    await Promise.all(this.nodes.map((node) => node.kill()))
    await this.launch(true, ports, rateLimits)
    return this.served()
  }

  private async fill(messages: number): Promise<Served> {
    if (!this.setup.fill) throw new Error('This target cannot be filled.')
    await this.stop()
    this.crowd = await this.setup.fill(this.secret, messages)
    await this.launch(true)
    return this.served()
  }

  private async createCrowd({ people, conversations, administrator }: CrowdPlan): Promise<void> {
    const database = await this.setup.storage.open()
    const names = Array.from({ length: people }, (_, person) => `person${person}`)
    const accounts: Account[] = []
    try {
      accounts.push(...(await makeAccounts(database, this.secret, names)))
      const chosen = administrator === undefined ? undefined : accounts[administrator]
      const equipment = chosen && (await makeAdministrator(database, this.secret, chosen))
      this.crowd = { members: accounts.map(({ token }) => ({ token, rooms: [] })), conversations: [], ...equipment }
    } finally {
      await database.close()
    }
    if (conversations.length === 0) return
    await this.launch(false)
    const port = this.nodes[0]?.port ?? 0
    await eachOf(conversations, asking, async ({ kind, people: members }, i) => {
      const id = await createConversation(
        port,
        kind,
        `room ${i}`,
        members.flatMap((person) => accounts[person] ?? []),
      )
      this.crowd.conversations[i] = { id, people: members }
    }).finally(() => this.stop())
  }
}

/** Creates a conversation of these people, as the first of them; resolves with its id. */
const createConversation = async (
  port: number,
  kind: 'room' | 'direct',
  name: string,
  [first, ...others]: readonly Account[],
): Promise<string> => {
  if (!first) throw new Error('A conversation needs a member.')
  const userIds = others.map(({ id }) => id)
  const made =
    kind === 'direct'
      ? await call(port, 'conversation.openDirect', { userId: userIds[0] ?? first.id }, first.token)
      : await call(port, 'conversation.create', { name, userIds: userIds.slice(0, batch) }, first.token)
  const { id } = made.summary.conversation
  for (let from = batch; from < userIds.length; from += batch) {
    await call(port, 'membership.add', { conversationId: id, userIds: userIds.slice(from, from + batch) }, first.token)
  }
  return id
}
