import { gzipSync } from 'node:zlib'
import { type BothCase, by, chat, whole } from './case.js'

/** Requests that are wrong, or odd. */
export const ODD: readonly BothCase[] = [
  { name: 'an unknown model', asked: chat('nobody-knows') },
  { name: 'no JSON', asked: { body: '{"model": "plain", ' } },
  { name: 'JSON that is no object', asked: { body: '[1]' } },
  { name: 'an empty body', asked: { body: '' } },
  { name: 'no body', asked: { headers: { 'content-length': '0' } } },
  { name: 'no model', asked: { body: '{"messages":[]}' } },
  { name: 'messages of a wrong type', asked: chat('plain', { messages: 'hi' }) },
  { name: 'a stream of a wrong type', asked: chat('plain', { stream: 'yes' }) },
  { name: 'bytes that are no text', asked: { body: Uint8Array.of(0x7b, 0xff, 0xfe, 0x7d) } },
  {
    name: 'a body that is too large',
    asked: chat('plain', { messages: [{ role: 'user', content: 'x'.repeat(1_100_000) }] }),
  },
  { name: 'another method', asked: { method: 'GET' } },
  { name: 'models', asked: { method: 'GET', path: '/v1/models' } },
  { name: 'models with another method', asked: { method: 'POST', path: '/v1/models', body: '{}' } },
  { name: 'a path that is like one', asked: { path: '/v1/chat/completions/x', body: '{}' } },
  {
    name: 'a path with a query',
    asked: { ...chat('plain'), path: '/v1/chat/completions?a=b' },
    accounts: { a: whole('hello') },
  },
  {
    name: 'a body in a coding',
    asked: {
      body: gzipSync(String(chat('plain').body)),
      headers: { 'content-encoding': 'gzip' },
    },
    accounts: { a: whole('hello') },
  },
  {
    name: 'a body in chunks',
    asked: by(chat('plain'), { 'transfer-encoding': 'chunked' }),
    accounts: { a: whole('hello') },
  },
  { name: 'a question for methods', asked: { method: 'OPTIONS' } },
  { name: 'the head of models', asked: { method: 'HEAD', path: '/v1/models' } },
  {
    name: 'more than fits into the context',
    asked: chat('cheap', { messages: [{ role: 'user', content: 'word '.repeat(6000) }] }),
  },
  {
    name: 'a longer answer than there can be',
    asked: chat('cheap', { max_tokens: 9000 }),
    accounts: { b: whole('hello') },
  },
  {
    name: 'text that says it is not JSON',
    asked: by(chat('plain'), { 'content-type': 'text/plain' }),
    accounts: { a: whole('hello') },
  },
  {
    name: 'a client that takes compressed answers',
    asked: by(chat('plain'), { 'accept-encoding': 'gzip, br' }),
    accounts: { a: whole('hello') },
  },
  {
    name: 'headers that only a gateway may set',
    asked: by(chat('plain'), {
      'x-tollgate-context': 'v1.ingress.1.a.b.{}',
      'x-tollgate-egress': 'v1.egress.1.a.b.{}',
      'x-tollgate-target': 'x/y',
      'x-forwarded-for': '1.2.3.4',
      cookie: 'a=b',
      'x-api-key': 'mine',
    }),
    accounts: { a: whole('hello') },
  },
]
