import { createServer, type Server } from 'node:http'
import { isStarted } from '../child.js'
import { answerWithPort } from '../listening.js'
import { TEXTS } from './extremes.js'

/** What a provider of each kind answers; models named `long` answer 20 MB. */
function answerTo(path: string, text: string): object {
  if (path === '/webhook') return { verdict: 'pass' }
  if (path.endsWith('/count_tokens')) return { input_tokens: 9 }
  if (path.endsWith('/embeddings')) {
    const embedding = Array.from({ length: 1536 }, (_, index) => Math.fround((index - 768) / 1000))
    const data = Array.from({ length: TEXTS }, (_, index) => ({ object: 'embedding', index, embedding }))
    return { object: 'list', model: 'm', data, usage: { prompt_tokens: 9, total_tokens: 9 } }
  }
  if (path.endsWith('/messages')) {
    const usage = { input_tokens: 9, output_tokens: 9 }
    return {
      ...{ id: 'msg_1', type: 'message', role: 'assistant', model: 'm', stop_reason: 'end_turn', usage },
      content: [{ type: 'text', text }],
    }
  }
  if (path.includes(':generateContent')) {
    const content = { role: 'model', parts: [{ text }] }
    return {
      candidates: [{ index: 0, content, finishReason: 'STOP' }],
      usageMetadata: { promptTokenCount: 9, candidatesTokenCount: 9 },
    }
  }
  const choices = [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }]
  return {
    ...{ id: 'c', object: 'chat.completion', created: 1, model: 'm', choices },
    usage: { prompt_tokens: 9, completion_tokens: 9, total_tokens: 18 },
  }
}

const LONG = 'A long answer says it all again. '.repeat(20_000_000 / 33)

/** Takes any body, and throws it away. */
function createProvider(): Server {
  return createServer((request, response) => {
    let tail = ''
    let head = ''
    request.on('data', (chunk: Buffer) => {
      if (head.length < 4096) head += chunk.toString('latin1', 0, 4096)
      tail = chunk.toString('latin1', Math.max(0, chunk.length - 4096))
    })
    request.on('end', () => {
      const path = request.url ?? ''
      const isLong = /"long[a-z-]*"/.test(head + tail) || path.includes('/long')
      const body = JSON.stringify(answerTo(path.split('?')[0] ?? '', isLong ? LONG : 'Fine.'))
      response.writeHead(200, { 'content-type': 'application/json' }).end(body)
    })
  })
}

if (isStarted(import.meta.url)) answerWithPort(createProvider())
