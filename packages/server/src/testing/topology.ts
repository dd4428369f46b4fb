import type { ParleyOptions } from '../parley-options.ts'

/** What a server under test stands on. */
export interface Topology {
  name: string
  engine: 'sqlite' | 'postgres'
  /** How many servers stand on the same database and serve the same people. */
  nodes: number
  /** The options that lead to the database that belongs to a data folder: the same folder, the same database. */
  optionsFor(dataDir: string): Promise<Partial<ParleyOptions>>
  /** Removes what belongs to the folder and does not lie in it. */
  dispose(dataDir: string): Promise<void>
}

let current: Topology = {
  name: 'sqlite',
  engine: 'sqlite',
  nodes: 1,
  optionsFor: async () => ({}),
  dispose: async () => {},
}

/** Where `startTestServer` starts its servers: by default on SQLite in their data folder. */
export const topology = (): Topology => current

export const useTopology = (chosen: Topology): void => {
  current = chosen
}
