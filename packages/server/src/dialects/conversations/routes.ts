import { limits, type Output, operations, type User } from '@parley/protocol'
import { attachmentPaths } from '@parley/protocol/features/attachment-rules'
import { readField, readFields } from '../argument.ts'
import { type Answer, type Plan, type PlanCaller, type Route, type RouteRequest, refuse, run } from '../dialect.ts'
import { listConversations } from './conversation-events.ts'
import { nameIn, toConversation, toMessage } from './entities.ts'
import { readPage, startOf } from './history.ts'
import { conversationNamed, openWith } from './named-conversation.ts'

const answer = (status: number, message: string, data: unknown): Answer => ({ status, body: { status, message, data } })

function* getConversations(_: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const conversations = yield* listConversations(caller)
  const data = conversations.map(({ summary, listed }) => toConversation(summary, listed))
  return answer(200, 'Conversations retrieved successfully', data)
}

/** A number of the query, limited to 1 to `most`; `usual` if it is no number. */
const readNumber = (text: string | undefined, usual: number, most: number): number => {
  const number = Number.parseInt(text ?? '', 10)
  return Number.isNaN(number) ? usual : Math.min(Math.max(number, 1), most)
}

const readCount = ({ page, limit }: RouteRequest['query']) => ({
  page: readNumber(page, 1, Number.MAX_SAFE_INTEGER),
  limit: readNumber(limit, 50, limits.page),
})

/** Pages count from the first one with the same `limit` that the user has asked for under this name. */
const anchorKey = ({ params, query }: Pick<RouteRequest, 'params' | 'query'>, { id }: User) =>
  `conversations ${id} ${params.id} ${readCount(query).limit}`

function* getMessages({ params, query, anchor: known }: RouteRequest, caller: PlanCaller): Plan<Answer> {
  const { page, limit } = readCount(query)
  const summary = yield* conversationNamed(params.id ?? '', caller.user)
  const key = anchorKey({ params, query }, caller.user)
  const { from, anchor } = startOf({ page, lastSeq: summary.lastSeq, key, known })
  const { data, received } = yield* readPage(summary, { page, limit, from, lent: caller }, toMessage)
  return {
    ...answer(200, 'Messages retrieved successfully', data),
    ...(anchor ? { anchor, onceWritten: received } : {}),
  }
}

const NewConversation = operations['conversation.openDirect'].input

function* createConversation({ body }: RouteRequest): Plan<Answer> {
  const fields = readFields(body)
  const wanted = NewConversation.safeParse({
    userId: readField(fields, 'participantId'),
    context: readField(fields, 'jobId') ?? null,
  })
  if (!wanted.success) {
    const [issue] = wanted.error.issues
    return refuse(`${issue?.path[0] === 'context' ? 'jobId' : 'participantId'}: ${issue?.message}`)
  }
  const { userId, context } = wanted.data
  // Without a job the client gets the first conversation of the two, even if that one has a job.
  const summary =
    context === null ? yield* openWith(userId) : (yield* run('conversation.openDirect', wanted.data)).summary
  return answer(201, 'Conversation created successfully', { conversationId: nameIn(summary) })
}

/**
 * The address opens the file for some minutes only. As `fileUrl` of a message it is accepted as long as the upload is
 * kept.
 */
function* upload({ taken }: RouteRequest, { addressOf }: PlanCaller): Plan<Answer> {
  yield* []
  const { attachment } = taken as Output<'attachment.get'>
  return answer(200, 'File uploaded successfully', { fileUrl: addressOf(attachment.id) })
}

const id = '01970000-0000-7000-8000-000000000001'

/** The requests of these clients: list and open conversations, read a page of messages, and upload a file. */
export const routes: Route[] = [
  { method: 'GET', path: '/api/chat/conversations', example: {}, plan: getConversations },
  {
    method: 'POST',
    path: '/api/chat/conversations',
    example: { body: { participantId: 'bo', jobId: 'job-7' } },
    plan: createConversation,
  },
  {
    method: 'GET',
    path: '/api/chat/conversations/:id/messages',
    example: { params: { id } },
    plan: getMessages,
    anchorKey: (request, user) => (readCount(request.query).page > 1 ? anchorKey(request, user) : undefined),
  },
  { method: 'POST', path: '/api/common/upload', example: {}, formTo: attachmentPaths.uploads, plan: upload },
]
