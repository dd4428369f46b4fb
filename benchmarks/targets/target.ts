import type { TargetName } from '../generator/vocabulary.ts'
import { generatorCore, serverCore } from '../measure/window.ts'
import type { Control, Crowd, CrowdPlan, Served } from '../scenario.ts'
import { fillWithHistory } from './history-filling.ts'
import { ParleyTarget } from './parley.ts'
import { listeningPort, startPinned, stop } from './pinned-process.ts'
import { postgresStorage, sharedStorage, sqliteStorage } from './storage.ts'

/** A running target, and what a load can ask the runner to do with it. */
export interface RunningTarget {
  served: Served
  control: Control
  stop(): Promise<void>
}

export interface Target {
  /** Starts the server for one round. */
  start(): Promise<RunningTarget>
  /** Deletes all data of the target from the disk. */
  dispose(): Promise<void>
}

type SimpleName = 'plain-socket-io' | 'bare-ws'

const unable = () => Promise.reject(new Error('Only targets of Parley can do this.'))

/** A target without accounts, whose rooms need not be created. */
const simpleTarget = (name: SimpleName, plan: CrowdPlan): Target => {
  const rooms = plan.conversations.map((_, i) => `c${i}`)
  const mine = new Map<number, string[]>()
  for (const [i, { people }] of plan.conversations.entries()) {
    for (const person of people) mine.set(person, [...(mine.get(person) ?? []), rooms[i] ?? ''])
  }
  const crowd: Crowd = {
    members: Array.from({ length: plan.people }, (_, person) => ({ rooms: mine.get(person) ?? [] })),
    conversations: plan.conversations.map(({ people }, i) => ({ id: rooms[i] ?? '', people })),
  }
  return {
    async start() {
      const child = startPinned({ script: `${import.meta.dirname}/${name}.ts`, core: serverCore })
      const served = { ports: [await listeningPort(child)], pids: [child.pid ?? 0], servicePids: [], crowd }
      return { served, control: { restart: unable, fill: unable, probe: unable }, stop: () => stop(child) }
    },
    dispose: async () => {},
  }
}

const sqliteTarget = async (plan: CrowdPlan): Promise<Target> => {
  const storage = await sqliteStorage()
  const fill = async (secret: string, messages: number) => {
    await storage.clear()
    return fillWithHistory(storage, secret, messages)
  }
  return ParleyTarget.create({ storage, nodes: 1, fill }, plan)
}

/** The database runs on the generator's core, so that the server has the other one for itself. */
const postgresTarget = async (plan: CrowdPlan): Promise<Target> =>
  ParleyTarget.create({ storage: await postgresStorage(generatorCore), nodes: 1 }, plan)

const nodesTarget = async (plan: CrowdPlan): Promise<Target> =>
  ParleyTarget.create({ storage: await sharedStorage(), nodes: 3 }, plan)

/** Creates the data of a target once, for all rounds; starts no server for a round yet. */
export const createTarget = (name: TargetName, plan: CrowdPlan): Promise<Target> => {
  switch (name) {
    case 'parley':
    case 'parley-rooms':
      return sqliteTarget(plan)
    case 'parley-postgres':
      return postgresTarget(plan)
    case 'parley-nodes':
      return nodesTarget(plan)
    case 'plain-socket-io':
    case 'bare-ws':
      return Promise.resolve(simpleTarget(name, plan))
  }
}
