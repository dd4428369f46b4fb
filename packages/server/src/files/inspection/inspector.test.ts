import { expect, onTestFinished, test, vi } from 'vitest'
import { createInspector } from './inspector.ts'

const program = new URL('../../testing/files/bad-inspection-worker.ts', import.meta.url)
const unknown = { mime: 'application/octet-stream', image: null }

const open = (limitMs: number) => {
  const inspector = createInspector({ limitMs, program })
  onTestFinished(inspector.close)
  return (file: string) => inspector.inspect({ file })
}

test('a file that crashes its inspecting process gets no specific type, and later files are inspected', async () => {
  const inspect = open(60_000)
  const files = ['crash', 'plain', 'crash', 'crash', 'other', 'plain']
  const found = await Promise.all(files.map(inspect))
  expect(found.map(({ mime }) => mime)).toEqual(files.map((file) => (file === 'crash' ? unknown.mime : `text/${file}`)))
})

test('an inspection that takes too long is given up, and its process is ended', async () => {
  const inspect = open(1_500)
  expect(await Promise.all([inspect('hang'), inspect('hang')])).toEqual([unknown, unknown])
  // On a busy machine a new process may itself need longer than that to begin.
  await expect.poll(() => inspect('plain')).toEqual({ mime: 'text/plain', image: null })
})

test('the process that reads hostile files does not get the secrets of the server', async () => {
  onTestFinished(() => void vi.unstubAllEnvs())
  for (const name of ['DATABASE_URL', 'HOST_JWT_SECRET', 'S3_SECRET_KEY', 'METRICS_TOKEN']) vi.stubEnv(name, 'secret')
  const { mime } = await open(60_000)('environment')
  expect(mime).toContain('PATH')
  expect(mime).not.toMatch(/DATABASE_URL|SECRET|TOKEN/)
})

test('files beyond the limit of waiting ones are refused', async () => {
  const inspect = open(60_000)
  const many = await Promise.allSettled(Array.from({ length: 110 }, () => inspect('plain')))
  const refused = many.filter(({ status }) => status === 'rejected')
  expect(refused).toHaveLength(8)
  expect(refused[0]).toMatchObject({ reason: { code: 'unavailable', retryAfterMs: 5_000 } })
})

test('after it is closed no file is inspected, also none that was under way', async () => {
  const inspector = createInspector({ limitMs: 60_000, program })
  const [under, waits] = [inspector.inspect({ file: 'hang' }), inspector.inspect({ file: 'hang' })]
  const third = inspector.inspect({ file: 'plain' })
  const refused = Promise.allSettled([under, waits, third])
  inspector.close()
  const reason = { code: 'unavailable' }
  expect(await refused).toMatchObject([{ reason }, { reason }, { reason }])
  await expect(inspector.inspect({ file: 'plain' })).rejects.toMatchObject(reason)
})
