import { connect } from 'node:net'

const patienceMs = 30_000

/** How a connection ends after its bytes: it waits for the server, closes its own direction first, or goes at once. */
export type Ending = 'awaited' | 'half-closed' | 'destroyed'

/**
 * Writes bytes to the port, and resolves with what came back (the first 2,000 bytes of each chunk) once the connection
 * is over; undefined for one that left without waiting. Rejects if the server neither answers nor closes it in 30 s.
 */
export function exchange(port: number, bytes: Buffer, ending: Ending): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const late = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no end came after ${JSON.stringify(bytes.toString('latin1').slice(0, 300))}`))
    }, patienceMs)
    const finish = () => {
      clearTimeout(late)
      socket.destroy()
      resolve(ending === 'destroyed' ? undefined : answer)
    }
    socket.on('error', () => {})
    socket.on('close', finish)
    socket.on('end', finish)
    socket.on('data', (data) => {
      answer += data.toString('latin1', 0, Math.min(data.length, 2_000))
    })
    socket.write(bytes, () => {
      if (ending === 'half-closed') socket.end()
      if (ending === 'destroyed') finish()
    })
  })
}
