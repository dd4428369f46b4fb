import type { Member, TargetName } from './generator/vocabulary.ts'

/** The people of a scenario, numbered from 0, and the conversations with the numbers of their members. */
export interface CrowdPlan {
  people: number
  conversations: { kind: 'room' | 'direct'; people: number[] }[]
  /** This person is an administrator with many sessions, and a backend has an API key. */
  administrator?: number
}

/** The same in one target: the tokens of the people, and the ids of the conversations. */
export interface Crowd {
  members: Member[]
  conversations: { id: string; people: number[] }[]
  /** The API key, and tokens of the other sessions of the administrator. */
  key?: string
  spareTokens?: string[]
}

/** A running target, with one port and process id for each node. */
export interface Served {
  ports: number[]
  pids: number[]
  /** The processes of the database and Redis, if the nodes need them. */
  servicePids: number[]
  crowd: Crowd
}

/** The job of the generator: one scenario against one target. */
export interface Job extends Served {
  scenario: string
  target: TargetName
  settings: Settings
}

/** Figures that the process of a node reports itself, by its probe. */
export interface Probe {
  /** 99th percentile of how late the event loop was, in milliseconds, since the last probe. */
  loopP99: number
  /**
   * The longest time in milliseconds, to about one, for which something held the event loop since the probe before; 0
   * in the first.
   */
  longestHold: number
  /** The number of its active resources, such as timers and sockets. */
  handles: number
  heapUsedBytes: number
  externalBytes: number
}

/** What a running load can ask the runner to do. Targets other than Parley reject it. */
export interface Control {
  /** Kills every node and starts it again on the same port; without rate limits unless they are asked for. */
  restart(settings?: { rateLimits: 'on' | 'off' }): Promise<Served>
  /** Replaces the database by one with so many messages, and starts the nodes again. */
  fill(messages: number): Promise<Served>
  /** The probes of all nodes. */
  probe(): Promise<Probe[]>
}

export interface Settings {
  /** Length of a measured window. */
  seconds: number
  /** The time of load before the window, in which the server's code is compiled and its buffers grow. */
  warmupSeconds: number
  textLength: number
  /** Settings of the scenario itself, such as `inFlight`. */
  numbers: Record<string, number>
}

/** Named results of one round. */
export type Figures = Record<string, number>

export interface FigureText {
  title: string
  unit: string
}

/**
 * A goal for a figure, at most or at least a number; for the figure itself, or for its ratio to that of another target.
 */
export interface Bar {
  figure: string
  /** The title and unit (by default milliseconds) of a figure in a grid. */
  title?: string
  unit?: string
  /** The target of the figure; `parley` if left out. */
  target?: TargetName
  ratioTo?: TargetName
  atMost?: number
  atLeast?: number
}

/** Settings of a run that flags can change. */
export interface Defaults {
  rounds?: number
  seconds?: number
  warmupSeconds?: number
  numbers?: Record<string, number>
}

/** A scenario: its people, the load that the generator makes, and the figures that it measures. */
export interface Scenario {
  name: string
  summary: string
  targets: readonly TargetName[]
  crowd(numbers: Record<string, number>): CrowdPlan
  /** Defaults of `settings.numbers`; each can be changed by a flag with its name. */
  numbers: Record<string, number>
  defaults?: Defaults
  /** The settings of `--smoke`: a run of seconds that only shows whether the scenario works. */
  smoke: Defaults
  figures: Record<string, FigureText>
  /** Figures for a table of their own. The key of a figure is that of its row followed by that of its column. */
  grid?: { rows: Record<string, string>; columns: Record<string, string> }
  bars: readonly Bar[]
  /** Runs in the generator's process. */
  load(job: Job, control: Control): Promise<Figures>
}
