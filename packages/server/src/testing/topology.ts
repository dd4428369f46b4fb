import type { ParleyOptions } from '../parley-options.ts'

/** The nodes and the database of a server under test. */
export interface Topology {
  name: string
  engine: 'sqlite' | 'postgres'
  /** How many servers share the database. */
  nodes: number
  /** The options for the database of a data folder. The same folder gets the same database. */
  optionsFor(dataDir: string): Promise<Partial<ParleyOptions>>
  /** Removes the database of the folder, if it lies elsewhere. */
  dispose(dataDir: string): Promise<void>
}

let current: Topology = {
  name: 'sqlite',
  engine: 'sqlite',
  nodes: 1,
  optionsFor: async () => ({}),
  dispose: async () => {},
}

/** The topology on which `startTestServer` starts its servers: by default one node on SQLite in its data folder. */
export const topology = (): Topology => current

/** Sets the topology of this process. */
export const useTopology = (chosen: Topology): void => {
  current = chosen
}
