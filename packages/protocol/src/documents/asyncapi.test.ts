import { Parser } from '@asyncapi/parser'
import { expect, test } from 'vitest'
import { eventNames, events, operationNames, operations } from '../catalogue.ts'
import type { Operation } from '../define.ts'
import { featureOf } from '../features/index.ts'
import { type AsyncApiDocument, asyncapi } from './asyncapi.ts'

const problems = async (document: AsyncApiDocument) => {
  const diagnostics = await new Parser().validate(JSON.stringify(document))
  return diagnostics.filter(({ severity }) => severity <= 1).map(({ code, message, path }) => ({ code, message, path }))
}

test('the official parser finds neither errors nor warnings', async () => {
  expect(await problems(asyncapi())).toEqual([])
})

test('the parser refuses an operation whose message is nowhere', async () => {
  const document = asyncapi()
  const { 'message.created': sent } = document.operations
  // It takes long for the whole document.
  const small = { ...document, operations: { 'message.created': sent } } as AsyncApiDocument
  expect(await problems(small)).toEqual([])
  delete small.channels.v1?.messages['message.created']
  expect(await problems(small)).not.toEqual([])
})

test('every operation of the socket is received and acknowledged', () => {
  const { channels, operations: described } = asyncapi()
  for (const name of operationNames) {
    const operation: Operation = operations[name]
    if (operation.httpOnly) {
      expect(described, name).not.toHaveProperty([name])
      continue
    }
    expect(described[name], name).toMatchObject({
      action: 'receive',
      messages: [{ $ref: `#/channels/v1/messages/${name}` }],
      reply: { messages: [{ $ref: `#/channels/v1/messages/${name}.reply` }] },
    })
    expect(channels.v1?.messages).toHaveProperty([name])
    expect(channels.v1?.messages).toHaveProperty([`${name}.reply`])
  }
})

test('every event is sent, and says whether it is durable', () => {
  const { channels, operations: described } = asyncapi()
  for (const name of eventNames) {
    expect(described[name], name).toMatchObject({ action: 'send' })
    expect(channels.v1?.messages[name], name).toMatchObject({
      'x-durable': events[name].durable,
      tags: [{ name: featureOf(name) }, { name: events[name].durable ? 'durable' : 'ephemeral' }],
    })
  }
  const acknowledged = operationNames.filter((name) => !operations[name].httpOnly)
  expect(Object.keys(described)).toHaveLength(acknowledged.length + eventNames.length)
})
