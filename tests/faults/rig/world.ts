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

/** The services of a topology, and the flags by which nodes find them. `wire` is a proxy that can cause faults. */
export interface Services {
  nodes: number
  /** PostgreSQL, if there is one, and the wire over which all nodes reach it. */
  postgres?: { server: PostgresCluster; wire: TcpProxy }
  redis?: { server: RedisServer; wires: readonly TcpProxy[] }
  /** Flags for the node of this number. */
  flags(node: number): readonly string[]
  close(): Promise<void>
}

const liveMs = patience.waitMs

/** A topology with a crowd, into which a case injects faults. */
export class World {
  readonly recorder = new Recorder()
  readonly random: Random
  readonly crowd: Crowd
  readonly nodes: NodeProcess[] = []
  /** The proxies between clients and nodes: each leads to the node of its number, or to another one if that is gone. */
  readonly wires: TcpProxy[] = []
  /** The numbers of the wires that lead to no other node. */
  readonly bound = new Set<number>()
  directory = ''
  /** The longest time until every device received live events again, in milliseconds. */
  slowestLiveMs = 0
  /** What a case adds to its line. */
  readonly notes: string[] = []
  /** The disk of a case that needs a small one. */
  disk: SmallDisk | undefined
  readonly services: Services
  private tidy: () => Promise<void> = async () => {}

  constructor(services: Services, size: CrowdSize, random: Random) {
    this.services = services
    this.random = random
    this.crowd = new Crowd(size, random.fork(), this.recorder)
  }

  /** The first node. Throws before `open`. */
  get node(): NodeProcess {
    const [first] = this.nodes
    if (!first) throw new Error('The world has no node.')
    return first
  }

  /** PostgreSQL and the wire to it. Throws in a topology without it. */
  get postgres(): NonNullable<Services['postgres']> {
    if (!this.services.postgres) throw new Error('The world has no PostgreSQL.')
    return this.services.postgres
  }

  /** Redis and the wires to it. Throws in a topology without it. */
  get redis(): NonNullable<Services['redis']> {
    if (!this.services.redis) throw new Error('The world has no Redis.')
    return this.services.redis
  }

  /**
   * Starts the nodes and the crowd; resolves when all raw devices receive live events. `prepare` gets the empty folder,
   * and resolves with a function that cleans up at the end. `version`: the folder of another version for the nodes.
   */
  async open(prepare: (directory: string) => Promise<() => Promise<void>>, version?: string): Promise<void> {
    this.directory = await mkdtemp(join(tmpdir(), 'parley-faults-'))
    this.tidy = await prepare(this.directory)
    await this.openNodes(this.directory, version)
    await this.crowd.gather(this.wires.map(({ port }) => port))
    this.crowd.begin()
    await this.untilLive()
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

  /**
   * The proxy between clients and this node. Its clients reach another node if this one is gone, unless it is `bound`.
   */
  wireTo(node: number): TcpProxy {
    const wire = this.wires[node]
    if (!wire) throw new Error(`There is no node ${node}.`)
    return wire
  }

  /** Resolves when a message that is sent from now on is acknowledged; rejects after the deadline of patience. */
  async untilAcknowledged(): Promise<void> {
    const { history, now } = this.recorder
    const deadline = performance.now() + liveMs
    const isNew = (sent: Sent) => sent.invokedStep > now && sent.acknowledgements.length > 0
    while (!history.sent.some(isNew)) {
      if (performance.now() > deadline) throw new Error(`No message was acknowledged for ${liveMs / 1_000} s.`)
      await wait(20)
    }
  }

  /**
   * Resolves when an operation is refused as `unavailable`, with the milliseconds that this took; rejects after the
   * deadline of patience.
   */
  async untilRefused(): Promise<number> {
    const { recorder } = this
    const [began, before] = [performance.now(), recorder.unavailable]
    while (recorder.unavailable === before) {
      if (performance.now() - began > liveMs) throw new Error('No operation was refused as unavailable.')
      await wait(20)
    }
    return performance.now() - began
  }

  /**
   * Resolves when every device is connected; rejects after the deadline of patience. Devices that wait between two
   * tries try at once.
   */
  async untilAllConnected(): Promise<void> {
    const deadline = performance.now() + liveMs
    for (const device of this.crowd.sdk) device.catchUp().catch(() => {})
    while (this.crowd.devices.some(({ isConnected }) => !isConnected)) {
      if (performance.now() > deadline) throw new Error(`Not everybody was connected again after ${liveMs / 1_000} s.`)
      await wait(20)
    }
  }

  /** Waits for a random time between two numbers of milliseconds. */
  async waitBetween(from: number, to: number): Promise<void> {
    await wait(this.random.between(from, to))
  }

  /**
   * Resolves when a message is under way, because a fault between two messages proves nothing; rejects after the
   * deadline of patience.
   */
  async untilUnderWay(): Promise<void> {
    const deadline = performance.now() + liveMs
    while (performance.now() < deadline) {
      if (this.crowd.raw.some(({ isUnderWay }) => isUnderWay)) return
      await new Promise((resolve) => setImmediate(resolve))
    }
    throw new Error('No message was under way.')
  }

  /** Runs a fault from its beginning to its end, and then waits until all raw devices receive live events again. */
  async inject(fault: () => Promise<void>): Promise<void> {
    await fault()
    await this.untilLive()
  }

  /**
   * Resolves when these devices have received a message that was sent after this call. Records a failure if one does
   * not.
   */
  async untilLive(devices: readonly RawDevice[] = this.crowd.raw): Promise<void> {
    const { recorder } = this
    const [began, since] = [performance.now(), recorder.now]
    const waiting = new Set(devices.map(({ deviceId }) => deviceId))
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(late)
        stop()
        resolve()
      }
      const late = setTimeout(() => {
        recorder.failures.push(`After ${liveMs / 1_000} s these received nothing live: ${[...waiting].join(', ')}`)
        finish()
      }, liveMs)
      const stop = recorder.onHeard(({ deviceId, messages }) => {
        if (!messages.some(({ id }) => (recorder.invokedStepOf(id) ?? 0) > since)) return
        waiting.delete(deviceId)
        if (waiting.size === 0) finish()
      })
      if (waiting.size === 0) finish()
    })
    this.slowestLiveMs = Math.max(this.slowestLiveMs, performance.now() - began)
  }

  /** Closes the devices, kills the nodes, closes the services, and deletes the folder. */
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
