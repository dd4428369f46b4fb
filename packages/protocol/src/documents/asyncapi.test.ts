import { Parser } from '@asyncapi/parser'
import { expect, test } from 'vitest'
import { eventNames, events, operationNames, operations } from '../catalogue.ts'
import type { Operation } from '../define.ts'
import { featureOf, features } from '../features/index.ts'
import { type AsyncApiDocument, asyncapi } from './asyncapi.ts'

const problems = async (document: AsyncApiDocument) => {
  const diagnostics = await new Parser().validate(JSON.stringify(document))
  return diagnostics.filter(({ severity }) => severity <= 1).map(({ code, message, path }) => ({ code, message, path }))
}

const whole = asyncapi()

/** One feature's part of the document: the parser takes ten times as long for the whole document. */
function partOf(feature: string): AsyncApiDocument {
  const { v1 } = whole.channels
  const ofFeature = <T extends { tags: { name: string }[] }>(described: Record<string, T>) =>
    Object.fromEntries(Object.entries(described).filter(([, { tags }]) => tags.some(({ name }) => name === feature)))
  return {
    ...whole,
    operations: ofFeature(whole.operations),
    channels: v1 ? { v1: { ...v1, messages: ofFeature(v1.messages) } } : {},
  }
}

const featuresWithOperations = Object.keys(features).filter(
  (feature) => Object.keys(partOf(feature).operations).length > 0,
)

test.each(featuresWithOperations)(
  'the official parser finds neither errors nor warnings in the part of %s',
  async (feature) => {
    expect(await problems(partOf(feature))).toEqual([])
  },
)

test('the parts of all features together are the whole document', () => {
  const parts = featuresWithOperations.map(partOf)
  expect(Object.assign({}, ...parts.map(({ operations }) => operations))).toEqual(whole.operations)
  expect(Object.assign({}, ...parts.map(({ channels }) => channels.v1?.messages))).toEqual(whole.channels.v1?.messages)
})

test('the parser refuses an operation whose message is missing', async () => {
  const part = partOf('messages')
  delete part.channels.v1?.messages['message.created']
  expect(await problems(part)).not.toEqual([])
})

test('every operation of the socket is received and acknowledged', () => {
  const { channels, operations: described } = whole
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
  const { channels, operations: described } = whole
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
