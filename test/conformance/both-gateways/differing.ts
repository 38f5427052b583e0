import { type BothCase, CLAUDES_PART, chat, frames, PART, STREAM } from './case.js'

/**
 * Where the gateways are known to differ. Envoy gives no way to end an answer that its upstream has not ended: what breaks off there breaks off at
 * the client, and what Tollgate ends is closed behind its last event.
 */
export const DIFFERING: readonly BothCase[] = [
  {
    name: 'nobody listens, in words of their own',
    asked: chat('dead'),
    differs: {
      members: ['body'],
      kong: /dead\/x: (the gateway could not reach|conn).*upstream_error/,
      envoy: /dead\/x: connection failed.*upstream_error/,
    },
  },
  {
    name: 'a path that nobody knows is for Kong to refuse',
    asked: { path: '/v2/nothing', body: '{}' },
    differs: {
      members: ['headers', 'body'],
      kong: /no Route matched with those values/,
      envoy: /There is no POST \/v2\/nothing here/,
    },
    lines: { kong: /^$/, envoy: /"code":"not_found"/ },
  },
  {
    name: 'a stream that is cut off',
    asked: chat('plain', STREAM),
    accounts: { a: frames(PART.slice(0, 3), (reply) => reply.cut()) },
    differs: {
      members: ['body', 'end'],
      kong: /ended early.*complete/,
      envoy: /two (?!.*ended early).*cut/,
    },
    lines: { kong: /"how":"cut".*"code":"upstream_error"/, envoy: /"how":"cut"(?!.*"code")/ },
  },
  {
    name: 'a stream that is cut off, translated',
    asked: chat('claude', STREAM),
    accounts: { claude: frames(CLAUDES_PART.slice(0, 4), (reply) => reply.cut()) },
    differs: {
      members: ['body', 'end'],
      kong: /ended early.*complete/,
      envoy: /two (?!.*ended early).*cut/,
    },
    lines: { kong: /"how":"cut".*"code":"upstream_error"/, envoy: /"how":"cut"(?!.*"code")/ },
  },
  {
    name: 'a stream that is reset',
    asked: chat('plain', STREAM),
    accounts: { a: frames(PART.slice(0, 3), (reply) => reply.reset()) },
    differs: {
      members: ['body', 'end'],
      kong: /ended early.*complete/,
      envoy: /two (?!.*ended early).*cut/,
    },
    lines: { kong: /"how":"cut".*"code":"upstream_error"/, envoy: /"how":"cut"(?!.*"code")/ },
  },
  {
    name: 'a stream that falls silent',
    asked: chat('plain', STREAM),
    accounts: { a: frames(PART.slice(0, 3), (reply) => reply.hang()) },
    differs: { members: ['end'], kong: /complete/, envoy: /cut/ },
  },
]
