import OpenAI from 'openai'
import { ChatCompletionStream } from 'openai/lib/ChatCompletionStream'
import type { JsonObject } from '../../../core/json.js'
import { openaiChat } from '../../../llm/dialects/openai-chat.js'
import { type Answer, type AnswerUsage, noAnswer, type Reading } from '../answer-shape.js'
import { chatMessageReader, chatUsage } from './chat-reader.js'
import { type Asking, CLIENT_TIMEOUT, type ClientPlace, type ConformanceClient } from './client.js'
import { listAt, numberAt, objectAt, stringAt } from './members.js'
import { openaiError } from './openai-error.js'
import { chatProjection } from './projection.js'

/** The `openai` package's chat completions. */
export function openaiChatClient({ url }: ClientPlace): ConformanceClient {
  const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'client', maxRetries: 0, timeout: CLIENT_TIMEOUT })
  return {
    dialect: openaiChat,
    projection: chatProjection,
    async ask(request, { model, stream, made }) {
      const body = { ...request, model, ...(stream && { stream }) }
      try {
        if (!stream) return [{ by: 'the body', answer: wholeAnswer(await whole(client, body)) }]
        return await streamed(client, body, made)
      } catch (error) {
        return [{ by: 'the client', answer: { ...noAnswer, error: openaiError(error, 'at once') } }]
      }
    },
  }
}

/** The client's types describe what OpenAI accepts; recordings hold what anybody ever sent. */
type Params = OpenAI.ChatCompletionCreateParamsNonStreaming
type StreamParams = OpenAI.ChatCompletionCreateParamsStreaming

async function whole(client: OpenAI, body: JsonObject): Promise<JsonObject> {
  return (await client.chat.completions.create(body as unknown as Params)) as unknown as JsonObject
}

function wholeAnswer(body: JsonObject): Answer {
  const [choice = {}] = listAt(body, 'choices')
  const reader = chatMessageReader()
  reader.add(objectAt(choice, 'message'))
  return { ...noAnswer, ...reader.read(), finish: stringAt(choice, 'finish_reason'), usage: chatUsage(body) }
}

async function streamed(client: OpenAI, body: JsonObject, made: Asking['made']): Promise<readonly Reading[]> {
  const stream = await client.chat.completions.create(body as unknown as StreamParams)
  if (made === 'own') return [{ by: 'the chunks', answer: await addedUp(stream) }]
  const [one, other] = stream.tee()
  const helper = ChatCompletionStream.fromReadableStream(other.toReadableStream()).finalChatCompletion()
  // An error that ends the stream ends the helper too, and is told by the chunks.
  const final = helper.then((completion) => completion as unknown as JsonObject).catch(String)
  const chunks = await addedUp(one)
  const first = { by: 'the chunks', answer: chunks }
  // The helper knows no free text in tool calls.
  if (chunks.error !== null || chunks.calls.some(({ kind }) => kind === 'custom')) return [first]
  return [first, { by: 'finalChatCompletion()', answer: withHelper(await final, chunks) }]
}

/** What the helper added up; it keeps only the last piece of members that OpenAI does not have, which reasoning is. */
function withHelper(final: JsonObject | string, { reasoning }: Answer): Answer {
  if (typeof final !== 'string') return { ...wholeAnswer(final), reasoning }
  return { ...noAnswer, error: { status: null, message: final, inStream: false } }
}

/** Reads chunk by chunk; what had come before an error is kept. */
async function addedUp(chunks: AsyncIterable<unknown>): Promise<Answer> {
  const reader = chatMessageReader()
  let finish: string | null = null
  let usage: AnswerUsage | null = null
  let began = false
  const read = () => ({ ...noAnswer, ...reader.read(), finish, usage })
  try {
    for await (const chunk of chunks as AsyncIterable<JsonObject>) {
      began = true
      usage = chatUsage(chunk) ?? usage
      const [choice = {}] = listAt(chunk, 'choices')
      if ((numberAt(choice, 'index') ?? 0) !== 0) continue
      reader.add(objectAt(choice, 'delta'))
      finish = stringAt(choice, 'finish_reason') ?? finish
    }
    return read()
  } catch (error) {
    const told = openaiError(error, 'in a stream')
    return { ...read(), error: { ...told, inStream: told.inStream && (began || told.status === null) } }
  }
}
