import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { z } from 'zod'
import { isStarted } from './child.js'
import { answerWithPort } from './listening.js'
import { writePaced } from './paced.js'

/** What one request asks for. Models named `reset-*` never answer well: they break the connection. */
const requestSchema = z.object({
  model: z.string(),
  stream: z.boolean().default(false),
  stream_options: z.object({ include_usage: z.boolean().default(false) }).optional(),
  metadata: z.object({ chunks: z.coerce.number(), interval: z.coerce.number() }).partial().optional(),
})

type Asked = z.infer<typeof requestSchema>

/** Frames of a stream before the provider breaks it off (model `reset-midway`). */
const FRAMES_BEFORE_RESET = 3
const WORDS = ['Two', ' roads', ' diverged', ' in', ' a', ' yellow', ' wood', ',', ' and', ' sorry', ' I', ' could']
const USAGE = {
  prompt_tokens: 480,
  completion_tokens: 96,
  total_tokens: 576,
  prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
  completion_tokens_details: { reasoning_tokens: 0, audio_tokens: 0 },
}

/**
 * A fast provider that speaks OpenAI's chat completions: whole answers, or streams shaped by the request's `metadata`
 * (`chunks`, `interval` in ms). `reset-before` closes the connection instead of answering, `reset-midway` after 3 frames.
 */
export function createProvider(): Server {
  return createServer((request, response) => {
    response.on('error', () => {})
    readBody(request).then(
      (body) => answer(requestSchema.parse(JSON.parse(body)), response),
      () => response.destroy(),
    )
  })
}

/** How many characters the answer has that is streamed in so many chunks. */
export function textLength(chunks: number): number {
  return Array.from({ length: chunks }, (_, index) => WORDS[index % WORDS.length] ?? '').join('').length
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part)
  return Buffer.concat(parts).toString()
}

function answer(asked: Asked, response: ServerResponse): void {
  if (asked.model === 'reset-before') response.socket?.resetAndDestroy()
  else if (asked.stream) streamAnswer(asked, response)
  else response.writeHead(200, JSON_HEADERS).end(wholeAnswer(asked.model))
}

const JSON_HEADERS = { 'content-type': 'application/json', 'x-request-id': 'req_bench' }

function wholeAnswer(model: string): string {
  return JSON.stringify({
    id: 'chatcmpl-bench',
    object: 'chat.completion',
    created: 1_760_000_000,
    model,
    choices: [
      {
        index: 0,
        message: { role: 'assistant', content: WORDS.join('').repeat(8), refusal: null, annotations: [] },
        logprobs: null,
        finish_reason: 'stop',
      },
    ],
    usage: USAGE,
    service_tier: 'default',
    system_fingerprint: 'fp_bench',
  })
}

function streamAnswer(asked: Asked, response: ServerResponse): void {
  const frame = frames(asked.model, asked.stream_options?.include_usage === true)
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'x-request-id': 'req_bench' })
  const content = (index: number) => frame.content(WORDS[index % WORDS.length] ?? '')
  writePaced(
    response,
    { first: frame.first, content, last: frame.last },
    {
      chunks: asked.metadata?.chunks ?? 20,
      interval: asked.metadata?.interval ?? 0,
      ...(asked.model === 'reset-midway' && { resetAfter: FRAMES_BEFORE_RESET }),
    },
  )
}

function frames(model: string, withUsage: boolean) {
  const frame = (choices: readonly object[], usage: object) =>
    `data: ${JSON.stringify({
      id: 'chatcmpl-bench',
      object: 'chat.completion.chunk',
      created: 1_760_000_000,
      model,
      service_tier: 'default',
      system_fingerprint: 'fp_bench',
      choices,
      ...usage,
    })}\n\n`
  const usage = withUsage ? { usage: null } : {}
  const choice = (delta: object, finish: string | null) => [{ index: 0, delta, logprobs: null, finish_reason: finish }]
  const finish = frame(choice({}, 'stop'), usage)
  const report = withUsage ? frame([], { usage: USAGE }) : ''
  return {
    first: frame(choice({ role: 'assistant', content: '', refusal: null }, null), usage),
    content: (text: string) => frame(choice({ content: text }, null), usage),
    last: `${finish}${report}data: [DONE]\n\n`,
  }
}

if (isStarted(import.meta.url)) answerWithPort(createProvider())
