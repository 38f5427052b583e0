import { gzipSync } from 'node:zlib'
import { openaiJson, openaiStream } from '../../support/answers.js'
import { type BothCase, CALLS, chat, STREAM, said, saying, streamed, TOOLS, USAGE, whole } from './case.js'

/** Requests that are served. */
export const SERVED: readonly BothCase[] = [
  {
    name: 'a whole answer',
    asked: chat('plain'),
    accounts: { a: whole('hello', { usage: { input: 5, output: 3, cached: 2 } }) },
  },
  { name: 'a whole answer with a tool call', asked: chat('plain', TOOLS), accounts: { a: whole(null, CALLS) } },
  { name: 'a stream', asked: chat('plain', STREAM), accounts: { a: streamed(['hel', 'lo \u{1f600}']) } },
  { name: 'a stream with usage', asked: chat('plain', USAGE), accounts: { a: streamed(['hel', 'lo']) } },
  {
    name: 'a stream with a tool call',
    asked: chat('plain', { ...USAGE, ...TOOLS }),
    accounts: { a: streamed([], CALLS) },
  },
  {
    name: 'a whole answer, translated',
    asked: chat('claude'),
    accounts: { claude: said('hello', { usage: { input: 5, output: 3, cached: 2 } }) },
  },
  { name: 'a tool call, translated', asked: chat('claude', TOOLS), accounts: { claude: said('so', CALLS) } },
  {
    name: 'a stream, translated',
    asked: chat('claude', STREAM),
    accounts: { claude: saying(['hel', 'lo \u{1f600}']) },
  },
  {
    name: 'a stream with usage and a tool call, translated',
    asked: chat('claude', { ...USAGE, ...TOOLS }),
    accounts: { claude: saying(['so'], CALLS) },
  },
  {
    name: 'a stream with reasoning, translated',
    asked: chat('claude', USAGE),
    accounts: { claude: saying(['so'], { reasoning: 'hm' }) },
  },
  {
    name: 'a stream in pieces that cut characters',
    asked: chat('plain', STREAM),
    accounts: {
      a: async (_, reply) => {
        const bytes = Buffer.from(openaiStream(['gr\u00fc\u00df', ' \u{1f600}']).join(''))
        reply.head(200, { 'content-type': 'text/event-stream' })
        for (let at = 0; at < bytes.length; at += 7) await reply.write(bytes.subarray(at, at + 7))
        reply.end()
      },
    },
  },
  {
    name: 'a long stream',
    asked: chat('plain', USAGE),
    accounts: { a: streamed(Array.from({ length: 2000 }, (_, i) => ` word${i % 10}`)) },
  },
  {
    name: 'a compressed answer',
    asked: chat('plain'),
    accounts: {
      a: (_, reply) => {
        reply.head(200, { 'content-type': 'application/json', 'content-encoding': 'gzip' })
        reply.end(gzipSync(JSON.stringify(openaiJson('hello'))))
      },
    },
  },
  { name: 'two choices', asked: chat('plain', { n: 2 }), accounts: { a: whole('hello') } },
  {
    name: 'two choices of a provider that gives one',
    asked: chat('claude', { n: 2 }),
    accounts: { claude: said('hello') },
  },
  {
    name: 'headers of the provider',
    asked: chat('plain'),
    accounts: {
      a: (_, reply) =>
        reply.json(200, openaiJson('x'), {
          'x-ratelimit-remaining-requests': '7',
          'openai-organization': 'org',
          'set-cookie': 'a=b',
          'x-request-id': 'theirs',
        }),
    },
  },
]
