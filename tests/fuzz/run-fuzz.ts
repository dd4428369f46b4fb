import { HonestPair } from './honest-pair.ts'
import { runPiece } from './piece.ts'
import { ServerProcess } from './server-process.ts'

const packetsInPiece = 10_000
/** The bytes that a server may use after a piece beyond those after the first one. */
const mostGrowth = 64 * 1024 * 1024

export interface FuzzOptions {
  /** The seed of the first piece; each later piece has the next number. */
  seed: number
  packets: number
  /** Stop after the first piece in which something went wrong? False if left out. */
  first?: boolean
  /** Gets a line of results after each piece. */
  onPiece?: (line: string) => void
}

/**
 * Fuzzes a server, piece by piece, with a new server after a piece in which something went wrong. Resolves with at most
 * five problems of each piece, each with the command that repeats the piece.
 */
export async function runFuzz({ seed, packets, first = false, onPiece = () => {} }: FuzzOptions): Promise<string[]> {
  const failures: string[] = []
  let server = await ServerProcess.start()
  let honest = await HonestPair.create(server.port)
  let before: number | undefined
  try {
    for (let piece = 0; piece * packetsInPiece < packets; piece++) {
      const count = Math.min(packetsInPiece, packets - piece * packetsInPiece)
      const began = performance.now()
      const violations = await runPiece(server, honest, seed + piece, count)
      const memory = violations.length === 0 ? await server.memory() : 0
      before ??= memory
      if (memory > before + mostGrowth) violations.push(`memory grew from ${toMiB(before)} to ${toMiB(memory)}`)
      const seconds = ((performance.now() - began) / 1_000).toFixed(1)
      onPiece(
        `piece ${seed + piece}: ${count} packets in ${seconds} s, ${toMiB(memory)}, ${violations.length} violations`,
      )
      if (violations.length === 0) continue
      const command = `npm run test:fuzz -- --seed ${seed + piece} --packets ${count}`
      failures.push(...violations.slice(0, 5).map((violation) => `${command}   # ${violation}`))
      if (first) break
      await server.close()
      server = await ServerProcess.start()
      honest = await HonestPair.create(server.port)
      before = undefined
    }
  } finally {
    await server.close()
  }
  return failures
}

const toMiB = (bytes: number) => `${Math.round(bytes / 1024 / 1024)} MiB`
