import { anthropicError, openaiError } from '../../support/answers.js'
import {
  type BothCase,
  CLAUDES_ERROR,
  CLAUDES_PART,
  chat,
  failing,
  frames,
  LATE_ERROR,
  PART,
  STREAM,
  saying,
  streamed,
  USAGE,
  whole,
} from './case.js'

/** Providers that fail, before their answer or in it; and clients that leave. */
export const FAILING: readonly BothCase[] = [
  { name: 'a fallback on 500', asked: chat('chain'), accounts: { a: failing(500), b: whole('second') } },
  {
    name: 'a fallback on 500 in a stream',
    asked: chat('chain', USAGE),
    accounts: { a: failing(500), b: streamed(['second']) },
  },
  {
    name: 'a fallback to another dialect',
    asked: chat('mixed', USAGE),
    accounts: { a: failing(503), claude: saying(['second']) },
  },
  {
    name: 'a fallback on an error after 200',
    asked: chat('chain', USAGE),
    accounts: { a: (_, reply) => reply.stream([PART[0] ?? '', LATE_ERROR]), b: streamed(['second']) },
  },
  {
    name: 'a fallback on silence',
    asked: chat('chain', USAGE),
    accounts: { a: (_, reply) => reply.hang(), b: streamed(['second']) },
  },
  {
    name: 'a fallback on silence after the head',
    asked: chat('chain', USAGE),
    accounts: { a: frames([], (reply) => reply.hang()), b: streamed(['second']) },
  },
  {
    name: 'a fallback on a reset before the answer',
    asked: chat('chain'),
    accounts: { a: (_, reply) => reply.reset(), b: whole('second') },
  },
  {
    name: 'a fallback on what is no answer',
    asked: chat('chain'),
    accounts: { a: (_, reply) => reply.raw('no HTTP at all\r\n\r\n'), b: whole('second') },
  },
  {
    name: 'a fallback on what is no JSON',
    asked: chat('chain'),
    accounts: {
      a: (_, reply) => {
        reply.head(200, { 'content-type': 'application/json' })
        reply.end('<html>')
      },
      b: whole('second'),
    },
  },
  {
    name: 'a fallback from an endpoint where nobody listens',
    asked: chat('unreachable'),
    accounts: { b: whole('second') },
  },
  { name: 'all targets fail', asked: chat('chain'), accounts: { a: failing(500), b: failing(503) } },
  {
    name: 'all targets fail, in a stream',
    asked: chat('chain', USAGE),
    accounts: { a: failing(500), b: (_, reply) => reply.stream([PART[0] ?? '', LATE_ERROR]) },
  },
  {
    name: 'all targets are busy',
    asked: chat('busy'),
    accounts: { busy1: failing(429, { 'retry-after': '7' }), busy2: failing(429, { 'retry-after': '9' }) },
  },
  { name: 'all targets are still busy', asked: chat('busy') },
  { name: 'no answer in time', asked: chat('slow'), accounts: { slow: (_, reply) => reply.hang() } },
  { name: 'no token in time', asked: chat('slow', STREAM), accounts: { slow: frames([], (reply) => reply.hang()) } },
  {
    name: 'a refusal of the provider',
    asked: chat('plain'),
    accounts: { a: (_, reply) => reply.json(400, openaiError('top_k is too large', 'invalid_request_error', 'bad')) },
  },
  {
    name: 'a refusal of another dialect',
    asked: chat('claude'),
    accounts: { claude: (_, reply) => reply.json(400, anthropicError('too hot', 'invalid_request_error')) },
  },
  { name: 'a wrong key of ours', asked: chat('plain'), accounts: { a: failing(401) } },
  {
    name: 'a redirection',
    asked: chat('plain'),
    accounts: { a: (_, reply) => reply.json(307, {}, { location: 'http://127.0.0.1:1/' }) },
  },
  {
    name: 'an answer without a body',
    asked: chat('plain'),
    accounts: {
      a: (_, reply) => {
        reply.head(204)
        reply.end()
      },
    },
  },

  {
    name: 'an error after the first words',
    asked: chat('plain', STREAM),
    accounts: { a: (_, reply) => reply.stream([...PART.slice(0, 2), LATE_ERROR]) },
  },
  {
    name: 'an error after the first words, translated',
    asked: chat('claude', STREAM),
    accounts: {
      claude: (_, reply) => reply.stream([...CLAUDES_PART.slice(0, 3), CLAUDES_ERROR]),
    },
  },
  {
    name: 'a stream that ends early',
    asked: chat('plain', STREAM),
    accounts: { a: frames(PART.slice(0, 3), (reply) => reply.end()) },
  },
  {
    name: 'a whole answer that is cut off',
    asked: chat('plain'),
    accounts: {
      a: (_, reply) => {
        reply.head(200, { 'content-type': 'application/json', 'content-length': '1000' })
        return reply.write('{"id":"chatcmpl-1","obj').then(() => reply.cut())
      },
    },
  },
  {
    name: 'a client that leaves in mid-stream',
    asked: { ...chat('plain', STREAM), leavesAfter: 'two' },
    accounts: { a: frames(PART.slice(0, 3), (reply) => reply.hang()) },
  },
  {
    name: 'a client that leaves in mid-stream, translated',
    asked: { ...chat('claude', STREAM), leavesAfter: 'two' },
    accounts: { claude: frames(CLAUDES_PART.slice(0, 4), (reply) => reply.hang()) },
  },
]
