import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { patience } from '@parley/server/testing/patience'
import type { PostgresCluster } from '../../services/postgres-cluster.ts'
import type { RedisServer } from '../../services/redis-server.ts'
import type { Sent } from '../history/history.ts'
import { Crowd, type CrowdSize } from './crowd.ts'
import { NodeProcess } from './node-process.ts'
import type { Random } from './random.ts'
import type { RawDevice } from './raw-device.ts'
import { Recorder } from './recorder.ts'
import type { SmallDisk } from './small-disk.ts'
import { TcpProxy } from './tcp-proxy.ts'

/** A topology: what it consists of besides the nodes, and where the nodes find it. */
export interface Services {
  nodes: number
  /** Where there is one, and the wire over which all nodes reach it. */
  postgres?: { server: PostgresCluster; wire: TcpProxy }
  redis?: { server: RedisServer; wires: readonly TcpProxy[] }
  /** Flags for the node of this number. */
  flags(node: number): readonly string[]
  close(): Promise<void>
}

const liveMs = patience.waitMs

/** One topology with a crowd on it, to which a case does something bad. */
export class World {
  readonly recorder = new Recorder()
  readonly random: Random
  readonly crowd: Crowd
  readonly nodes: NodeProcess[] = []
  /** Between clients and nodes: each wire goes to the node of its number, and to another where that one is gone. */
  readonly wires: TcpProxy[] = []
  /** The wires whose clients go to no other node. */
  readonly bound = new Set<number>()
  directory = ''
  /** The longest that it took until every device heard live again, in milliseconds. */
  slowestLiveMs = 0
  /** What a case has to say of its own. */
  readonly notes: string[] = []
  /** Where the case asked for one. */
  disk: SmallDisk | undefined
  readonly services: Services
  private tidy: () => Promise<void> = async () => {}

  constructor(services: Services, size: CrowdSize, random: Random) {
    this.services = services
    this.random = random
    this.crowd = new Crowd(size, random.fork(), this.recorder)
  }

  get node(): NodeProcess {
    const [first] = this.nodes
    if (!first) throw new Error('The world has no node.')
    return first
  }

  get postgres(): NonNullable<Services['postgres']> {
    if (!this.services.postgres) throw new Error('The world has no PostgreSQL.')
    return this.services.postgres
  }

  get redis(): NonNullable<Services['redis']> {
    if (!this.services.redis) throw new Error('The world has no Redis.')
    return this.services.redis
  }

  /**
   * `prepare` gets the folder before anything is in it, and answers with what is to be done in the end. The nodes are of
   * the version in another folder if one is given.
   */
  async open(prepare: (directory: string) => Promise<() => Promise<void>>, version?: string): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'parley-faults-'))
    this.tidy = await prepare(this.directory)
    await this.openNodes(this.directory, version)
    await this.crowd.gather(this.wires.map(({ port }) => port))
    this.crowd.begin()
    await this.liveAgain()
  }

  protected async openNodes(directory: string, version: string | undefined): Promise<void> {
    for (let i = 0; i < this.services.nodes; i += 1) {
      const node = new NodeProcess({ dataDir: join(directory, `node${i}`), flags: this.services.flags(i), version })
      node.onCrash = (code) => this.recorder.failures.push(`Node ${i} ended by itself with ${code}.`)
      this.nodes.push(node)
      await node.start()
    }
    // One node has two wires, so that half of the clients can be cut off while the others go on.
    const count = Math.max(2, this.nodes.length)
    for (let i = 0; i < count; i += 1) {
      const nearest = () => this.nodes.map((_, j) => this.nodes[(i + j) % this.nodes.length]?.port ?? 0)
      const targets = () => (this.bound.has(i) ? nearest().slice(0, 1) : nearest())
      this.wires.push(await new TcpProxy(targets).open())
    }
  }

  /** Between clients and this node; those who use it go elsewhere if the node is gone, unless they are bound to it. */
  wireTo(node: number): TcpProxy {
    const wire = this.wires[node]
    if (!wire) throw new Error(`There is no node ${node}.`)
    return wire
  }

  /** Resolves when a message that is sent from now on was acknowledged. */
  async acknowledgedAgain(): Promise<void> {
    const { history, now } = this.recorder
    const deadline = performance.now() + liveMs
    const isNew = (sent: Sent) => sent.invokedStep > now && sent.acknowledgements.length > 0
    while (!history.sent.some(isNew)) {
      if (performance.now() > deadline) throw new Error(`Nobody was acknowledged for ${liveMs / 1_000} s.`)
      await wait(20)
    }
  }

  /** Resolves when somebody was told that it cannot be done just now; tells how long that took, in milliseconds. */
  async refused(): Promise<number> {
    const { recorder } = this
    const [began, before] = [performance.now(), recorder.unavailable]
    while (recorder.unavailable === before) {
      if (performance.now() - began > liveMs) throw new Error('Nothing can be written, and nobody was told.')
      await wait(20)
    }
    return performance.now() - began
  }

  /** Resolves when every device is connected, also those that take their time between two tries. */
  async allConnected(): Promise<void> {
    const deadline = performance.now() + liveMs
    for (const device of this.crowd.sdk) device.catchUp().catch(() => {})
    while (this.crowd.devices.some(({ isConnected }) => !isConnected)) {
      if (performance.now() > deadline) throw new Error(`Not everybody was connected again after ${liveMs / 1_000} s.`)
      await wait(20)
    }
  }

  /** Waits as long as a fault shall last. */
  async last(from: number, to: number): Promise<void> {
    await wait(this.random.between(from, to))
  }

  /** A fault between two messages proves nothing: waits until some are under way. */
  async untilUnderWay(): Promise<void> {
    const deadline = performance.now() + liveMs
    while (performance.now() < deadline) {
      if (this.crowd.raw.some(({ isUnderWay }) => isUnderWay)) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('Nobody wrote anything.')
  }

  /** Does something bad from the first step to its end, and then waits until everybody hears live again. */
  async suffer(fault: () => Promise<void>): Promise<void> {
    await fault()
    await this.liveAgain()
  }

  /** Resolves when these devices have heard live what was sent after this call. */
  async liveAgain(devices: readonly RawDevice[] = this.crowd.raw): Promise<void> {
    const { recorder } = this
    const [began, since] = [performance.now(), recorder.now]
    const deaf = new Set(devices.map(({ deviceId }) => deviceId))
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(late)
        stop()
        resolve()
      }
      const late = setTimeout(() => {
        recorder.failures.push(`After ${liveMs / 1_000} s these heard nothing live: ${[...deaf].join(', ')}`)
        finish()
      }, liveMs)
      const stop = recorder.onHeard(({ deviceId, messages }) => {
        if (!messages.some(({ id }) => (recorder.invokedStepOf(id) ?? 0) > since)) return
        deaf.delete(deviceId)
        if (deaf.size === 0) finish()
      })
      if (deaf.size === 0) finish()
    })
    this.slowestLiveMs = Math.max(this.slowestLiveMs, performance.now() - began)
  }

  async close(): Promise<void> {
    await this.crowd.close()
    for (const node of this.nodes) {
      node.resume()
      await node.kill()
    }
    await Promise.all(this.wires.map((wire) => wire.close()))
    await this.services.close()
    await this.tidy()
    await rm(this.directory, { recursive: true, force: true })
  }
}
