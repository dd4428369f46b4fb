import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Busboy, type BusboyHeaders } from '@fastify/busboy'
import type { Kernel } from '../../core/kernel.ts'
import { OperationError } from '../../core/operation-error.ts'
import { createIncomingFile, type IncomingFile } from './incoming-file.ts'

export interface ReceivedForm {
  file: IncomingFile
  /** The fields beside the file, and its name as `filename`. */
  words: Record<string, string>
  /** Each of these as it came: a name may come twice. */
  fields: [name: string, value: string][]
  /** What the client calls the type of the file. */
  type: string | undefined
}

const bounds = { files: 1, fields: 10, fieldNameSize: 100, fieldSize: 8_192, headerPairs: 20, headerSize: 16_384 }

/** Reads a form with one file, which is written to the disk and counted as it comes. */
export async function receiveForm(
  source: IncomingMessage,
  kernel: Pick<Kernel, 'blobs' | 'settings'>,
): Promise<ReceivedForm> {
  const { maxFileSize } = kernel.settings.files
  const file = await createIncomingFile(kernel.blobs.workDir)
  const received: ReceivedForm = { file, words: {}, fields: [], type: undefined }
  try {
    const form = openForm(source)
    let written: Promise<void> | undefined
    form.on('file', (_, stream, name, __, type) => {
      received.words.filename = name
      received.type = type
      written = writeAll(stream, file, maxFileSize)
      // Awaited below; until then it must not count as unhandled.
      written.catch((error) => form.destroy(error))
    })
    form.on(
      'fieldsLimit',
      () => void form.destroy(new OperationError('invalid_input', 'The form has too many fields.')),
    )
    form.on('field', (name, value) => {
      received.fields.push([name, value])
      if (name !== '__proto__' && name !== 'filename') received.words[name] = value
    })
    await pipeline(source.iterator({ destroyOnReturn: false }), form).catch(async (error) => {
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

const unreadable = () => new OperationError('invalid_input', 'The form cannot be read, or did not come whole.')

function openForm(source: IncomingMessage) {
  try {
    return new Busboy({ headers: source.headers as BusboyHeaders, limits: bounds })
  } catch {
    throw unreadable()
  }
}

async function writeAll(stream: Readable, file: IncomingFile, mostBytes: number): Promise<void> {
  for await (const bytes of stream) {
    if (file.size + bytes.length > mostBytes) {
      throw new OperationError('file_too_large', `A file has at most ${mostBytes} bytes here.`)
    }
    await file.write(bytes)
  }
}
