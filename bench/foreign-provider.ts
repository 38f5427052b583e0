import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { JsonObject } from '../core/json.js'
import { awsEventStream } from '../llm/framing/aws-eventstream.js'
import { isStarted } from './child.js'
import { answerWithPort } from './listening.js'
import { type PacedBody, writePaced } from './paced.js'

const WORDS = ['Two', ' roads', ' diverged', ' in', ' a', ' yellow', ' wood', ',', ' and', ' sorry', ' I', ' could']
const SSE = 'text/event-stream; charset=utf-8'

/** The APIs that are spoken here beside OpenAI's, each told by its path. */
const APIS: readonly { readonly path: RegExp; readonly contentType: string; readonly body: PacedBody }[] = [
  { path: /^\/v1\/messages$/, contentType: SSE, body: anthropicBody() },
  { path: /:streamGenerateContent\?alt=sse$/, contentType: SSE, body: geminiBody() },
  { path: /\/converse-stream$/, contentType: awsEventStream.contentType, body: converseBody() },
]

/** A fast provider that streams in other formats than OpenAI's. The model's name ends with the chunks and the milliseconds between them: `x-500-10`. */
function createForeignProvider(): Server {
  return createServer((request, response) => {
    response.on('error', () => {})
    readBody(request).then(
      (text) => {
        const url = request.url ?? ''
        const api = APIS.find(({ path }) => path.test(url))
        const [, chunks, interval] = /-(\d+)-(\d+)[":/]/.exec(`${url}\n${text}`) ?? []
        if (!api || chunks === undefined) return response.writeHead(404).end()
        response.writeHead(200, { 'content-type': api.contentType, 'request-id': 'req_bench' })
        return writePaced(response, api.body, { chunks: Number(chunks), interval: Number(interval) })
      },
      () => response.destroy(),
    )
  })
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

const word = (index: number) => WORDS[index % WORDS.length] ?? ''

function anthropicBody(): PacedBody {
  const event = (data: JsonObject) => `event: ${data['type']}\ndata: ${JSON.stringify(data)}\n\n`
  const usage = { input_tokens: 480, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 1 }
  const message = { id: 'msg_bench', type: 'message', role: 'assistant', model: 'claude-bench', content: [] }
  const start = { ...message, stop_reason: null, stop_sequence: null, usage }
  return {
    first:
      event({ type: 'message_start', message: start }) +
      event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
    content: (i) => event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: word(i) } }),
    last:
      event({ type: 'content_block_stop', index: 0 }) +
      event({
        type: 'message_delta',
        delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: 96 },
      }) +
      event({ type: 'message_stop' }),
  }
}

function geminiBody(): PacedBody {
  const usage = { promptTokenCount: 480, candidatesTokenCount: 96, totalTokenCount: 576 }
  const common = { usageMetadata: usage, modelVersion: 'gemini-bench', responseId: 'bench' }
  const chunk = (text: string, more: JsonObject) => {
    const candidate = { content: { parts: [{ text }], role: 'model' }, index: 0, ...more }
    return `data: ${JSON.stringify({ candidates: [candidate], ...common })}\r\n\r\n`
  }
  return { first: '', content: (i) => chunk(word(i), {}), last: chunk('', { finishReason: 'STOP' }) }
}

function converseBody(): PacedBody {
  const message = (event: string, data: JsonObject) =>
    awsEventStream.encode({ type: 'event', event, data: JSON.stringify(data) })
  const usage = { inputTokens: 480, outputTokens: 96, totalTokens: 576 }
  return {
    first: message('messageStart', { role: 'assistant' }),
    content: (i) => message('contentBlockDelta', { contentBlockIndex: 0, delta: { text: word(i) } }),
    last: Buffer.concat([
      message('contentBlockStop', { contentBlockIndex: 0 }),
      message('messageStop', { stopReason: 'end_turn' }),
      message('metadata', { usage, metrics: { latencyMs: 1 } }),
    ]),
  }
}

if (isStarted(import.meta.url)) answerWithPort(createForeignProvider())
