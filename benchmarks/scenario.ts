import type { Member, TargetName } from './generator/vocabulary.ts'

/** Who takes part, in numbers: people 0..n-1, and who of them is in which conversation. */
export interface CrowdPlan {
  people: number
  conversations: { kind: 'room' | 'direct'; people: number[] }[]
}

/** The same with what a target needs to know them: tokens, and the ids of the conversations. */
export interface Crowd {
  members: Member[]
  conversations: { id: string; people: number[] }[]
}

/** A target that is up. Several ports are several nodes. */
export interface Served {
  ports: number[]
  pids: number[]
  /** The database and whatever else the nodes need beside themselves. */
  servicePids: number[]
  crowd: Crowd
}

/** What the runner asks of the generator: one scenario against one target. */
export interface Job extends Served {
  scenario: string
  target: TargetName
  settings: Settings
}

/** What a server's process says of itself; only where its probe was loaded. */
export interface Probe {
  /** 99th percentile of how late the event loop was, in milliseconds, since the last probe. */
  loopP99: number
  /** Timers, sockets and whatever else keeps it busy. */
  handles: number
  heapUsedBytes: number
  externalBytes: number
}

/** What a load may ask of the runner while it runs. */
export interface Control {
  /** Kills every node and starts it again where it was, without rate limits unless they are asked for. */
  restart(settings?: { rateLimits: 'on' | 'off' }): Promise<Served>
  /** Starts anew with a database that holds so many messages. */
  fill(messages: number): Promise<Served>
  /** Of each node. */
  probe(): Promise<Probe[]>
}

export interface Settings {
  /** Length of a measured window. */
  seconds: number
  /** Load before it that is not counted, so that the server's code is compiled and its buffers have grown. */
  warmupSeconds: number
  textLength: number
  /** Numbers of the one scenario, such as `inFlight`. */
  numbers: Record<string, number>
}

/** Named results of one round. */
export type Figures = Record<string, number>

export interface FigureText {
  title: string
  unit: string
}

/** A promise about a figure: at most (or at least) `limit`, as itself or as a ratio to another target. */
export interface Bar {
  figure: string
  /** What the figure is called, where it stands in a grid; its unit, where that is not milliseconds. */
  title?: string
  unit?: string
  /** Whose figure; Parley's if left out. */
  target?: TargetName
  ratioTo?: TargetName
  atMost?: number
  atLeast?: number
}

/** What a run takes where no flag says otherwise. */
export interface Defaults {
  rounds?: number
  seconds?: number
  warmupSeconds?: number
  numbers?: Record<string, number>
}

/** One scenario is one file: the people, the load that the generator makes, and what is read off. */
export interface Scenario {
  name: string
  summary: string
  targets: readonly TargetName[]
  crowd(numbers: Record<string, number>): CrowdPlan
  /** Defaults of `settings.numbers`; each can be changed by a flag of its name. */
  numbers: Record<string, number>
  defaults?: Defaults
  /** The least that shows whether the scenario works at all, in seconds: `--smoke`. */
  smoke: Defaults
  figures: Record<string, FigureText>
  /** Figures that are shown as a table of their own: that of a row and a column is called by both. */
  grid?: { rows: Record<string, string>; columns: Record<string, string> }
  bars: readonly Bar[]
  /** Runs in the generator's process. */
  load(job: Job, control: Control): Promise<Figures>
}
