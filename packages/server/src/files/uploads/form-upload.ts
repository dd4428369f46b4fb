import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyHeaders } from '@fastify/busboy'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { createIncomingFile, type IncomingFile } from './incoming-file.ts'

export interface ReceivedForm {
  file: IncomingFile
  /** The last value of each field, and the name of the file as `filename`. */
  words: Record<string, string>
  /** All fields in order; a name may occur twice. */
  fields: [name: string, value: string][]
  /** The type of the file as the client names it. */
  type: string | undefined
}

const bounds = { files: 1, fields: 10, fieldNameSize: 100, fieldSize: 8_192, headerPairs: 20, headerSize: 16_384 }

/**
 * Reads a form with one file and writes the file to the disk while it arrives. The caller must call `file.discard()`.
 * Ignores further files. Rejects with `file_too_large` above `maxFileSize` and with `quota_exceeded` above `room`, both
 * before the rest arrives, with `invalid_input` if the form is malformed, incomplete, or has no file, more than 10
 * fields or a field above 8,192 bytes, and with failures of the disk as they are; no file is left then.
 */
export async function receiveForm(
  source: IncomingMessage,
  kernel: Pick<Kernel, 'blobs' | 'settings'>,
  room: number,
): Promise<ReceivedForm> {
  const { maxFileSize } = kernel.settings.files
  const file = await createIncomingFile(kernel.blobs.workDir)
  const received: ReceivedForm = { file, words: {}, fields: [], type: undefined }
  try {
    const form = openForm(source)
    let part: Readable | undefined
    let written: Promise<void> | undefined
    form.on('file', (_, stream, name, __, type) => {
      part = stream
      received.words.filename = name
      received.type = type
      written = writeAll(stream, file, { maxFileSize, room })
      // It is awaited below; until then its rejection must not count as unhandled.
      written.catch((error) => form.destroy(error))
    })
    const refuse = (problem: string) => void form.destroy(new OperationError('invalid_input', problem))
    form.on('fieldsLimit', () => refuse('The form has too many fields.'))
    form.on('field', (name, value, _, isCut) => {
      if (isCut) return refuse(`A field of the form has more than ${bounds.fieldSize} bytes.`)
      received.fields.push([name, value])
      if (name !== '__proto__' && name !== 'filename') received.words[name] = value
    })
    await pipeline(source.iterator({ destroyOnReturn: false }), form).catch(async (error) => {
      // Of a form that is broken off, the file would never end.
      part?.destroy()
      await written
      throw error instanceof OperationError ? error : unreadable()
    })
    await written
    if (!written) throw new OperationError('invalid_input', 'The form has no file.')
    await file.close()
    return received
  } catch (error) {
    await file.discard()
    throw error
  }
}

const unreadable = () => new OperationError('invalid_input', 'The form is malformed or incomplete.')

function openForm(source: IncomingMessage) {
  try {
    return new Busboy({ headers: source.headers as BusboyHeaders, limits: bounds })
  } catch {
    throw unreadable()
  }
}

interface Room {
  maxFileSize: number
  /** The bytes that the user may still store. */
  room: number
}

async function writeAll(stream: Readable, file: IncomingFile, { maxFileSize, room }: Room): Promise<void> {
  for await (const bytes of bytesOf(stream)) {
    const size = file.size + bytes.length
    if (size > maxFileSize) throw new OperationError('file_too_large', `A file may have at most ${maxFileSize} bytes.`)
    if (size > room) throw new OperationError('quota_exceeded')
    await file.write(bytes)
  }
}

/** Rejects with `invalid_input` if the form ends before the file in it. */
async function* bytesOf(stream: Readable): AsyncGenerator<Uint8Array> {
  try {
    yield* stream
  } catch {
    throw unreadable()
  }
}
