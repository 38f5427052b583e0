import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Client, credentials } from '@grpc/grpc-js'
import type { Outcome } from '../../core/outcome.js'
import type { Policy, Watch } from '../../core/policy.js'
import { type ExtProc, startExtProc } from '../../extproc/server.js'
import { decompressor } from '../../io/decompress.js'
import { target } from '../policies/fakes.js'
import { chatGateway } from '../support/chat-gateway.js'
import { eventually } from '../support/eventually.js'

const { parse } = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'))('protobufjs')
const { root } = parse(`
  syntax = "proto3";
  message HeaderValue { string key = 1; bytes raw_value = 3; }
  message HeaderMap { repeated HeaderValue headers = 1; }
  message HttpHeaders { HeaderMap headers = 1; bool end_of_stream = 3; }
  message HttpBody { bytes body = 1; bool end_of_stream = 2; }
  message Request { oneof r { HttpHeaders request_headers = 2; HttpBody request_body = 4; } }
`)
const encode = (message: object): Buffer => {
  const type = root.lookupType('Request')
  return Buffer.from(type.encode(type.fromObject(message)).finish())
}
const header = (key: string, value: string) => ({ key, rawValue: Buffer.from(value) })
const headers = [header(':method', 'POST'), header(':path', '/v1/chat/completions'), header('x-request-id', 'r-1')]
const body = Buffer.from('{"model":"m","messages":[{"role":"user","content":"hi"}]}')

const undo: (() => void)[] = []
after(() => {
  for (const step of undo) step()
})

/** A server in front of one policy, and a stream to it on which a whole chat request has been sent. */
async function requestTo(policy: Policy) {
  const outcomes: Outcome[] = []
  const broken: unknown[] = []
  const gateway = chatGateway({
    targets: [target('one')],
    policies: [policy],
    observer: { ended: (outcome) => outcomes.push(outcome) },
  })
  const address = `unix:${join(tmpdir(), `tollgate-${process.pid}-${undo.length}.sock`)}`
  const server: ExtProc = await startExtProc({
    address,
    gateway,
    unpack: decompressor,
    unknownExchange: () => {},
    broken: (error) => broken.push(error),
  })
  const client = new Client(address, credentials.createInsecure())
  undo.push(() => {
    client.close()
    server.close()
  })
  const stream = client.makeBidiStreamRequest(
    '/envoy.service.ext_proc.v3.ExternalProcessor/Process',
    (message: Buffer) => message,
    (message: Buffer) => message,
  )
  stream.on('error', () => {})
  stream.resume()
  stream.write(encode({ requestHeaders: { headers: { headers } } }))
  stream.write(encode({ requestBody: { body, endOfStream: true } }))
  return { gateway, stream, outcomes, broken }
}

/** A promise and what settles it. */
function gate() {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { open, opened }
}

for (const ending of ['cancel', 'end'] as const) {
  test(`a policy that waits learns at once that Envoy has closed the stream: ${ending}`, async () => {
    const asked = gate()
    const { gateway, stream, outcomes, broken } = await requestTo({
      name: 'waiting',
      admit: async (_, { signal }) => {
        asked.open()
        await new Promise<void>((resolve) => signal().addEventListener('abort', () => resolve()))
        return { kind: 'gone' }
      },
    })
    await asked.opened
    stream[ending]()
    const [outcome] = await eventually('the request is told of', () => outcomes.length > 0 && outcomes)
    assert.deepEqual([outcome?.how, outcome?.status, outcomes.length], ['cut', 499, 1])
    assert.equal(gateway.openExchanges, 0)
    assert.deepEqual(broken, [])
  })
}

test('an exchange that opens after the client has gone is settled at once, without an attempt', async () => {
  const asked = gate()
  const admitted = gate()
  const settled: string[] = []
  const watch: Watch = { settle: ({ how, status }) => void settled.push(`${how} ${status}`) }
  const { gateway, stream, outcomes, broken } = await requestTo({
    name: 'reserving',
    admit: async (request, { signal }) => {
      asked.open()
      await new Promise<void>((resolve) => signal().addEventListener('abort', () => resolve()))
      await admitted.opened
      return { kind: 'continue', request, watch }
    },
  })
  await asked.opened
  stream.cancel()
  admitted.open()
  await eventually('the request is told of', () => outcomes.length > 0)
  assert.deepEqual(settled, ['cut 499'])
  assert.equal(outcomes.length, 1)
  assert.equal(outcomes[0]?.attempts.length, 0)
  assert.equal(gateway.openExchanges, 0)
  assert.deepEqual(broken, [])
})
