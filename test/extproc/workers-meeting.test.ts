import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import type { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, test } from 'node:test'
import { Server, ServerCredentials, type ServerDuplexStream } from '@grpc/grpc-js'
import { exchangeIdOf, holderOf } from '../../extproc/exchange-holder.js'
import { PROCESS_PATH } from '../../extproc/plain-streams.js'
import { joinMeeting } from '../../extproc/workers-meeting.js'
import { eventually } from '../support/eventually.js'

const undo: (() => void)[] = []
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step()
})

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), 'tollgate-'))
  undo.push(() => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Answers each message with itself, in capitals, and ends when the other side does. */
async function echoing(place: string, number: number) {
  const server = new Server({ 'grpc.max_receive_message_length': -1 })
  const levels: unknown[] = []
  const asItIs = (message: Buffer) => message
  server.addService(
    {
      Process: {
        path: PROCESS_PATH,
        requestStream: true,
        responseStream: true,
        ...{ requestSerialize: asItIs, requestDeserialize: asItIs },
        ...{ responseSerialize: asItIs, responseDeserialize: asItIs },
      },
    },
    {
      Process(call: ServerDuplexStream<Buffer, Buffer>) {
        levels.push(call.metadata.get('x-tollgate-level')[0])
        call.on('data', (message: Buffer) => {
          if (message.toString() === 'die') for (const socket of sockets) socket.destroy()
          else call.write(Buffer.from(message.toString().toUpperCase()))
        })
        call.on('end', () => call.end())
        call.on('error', () => {})
      },
    },
  )
  const sockets: Socket[] = []
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure())
  const meeting = joinMeeting(place, number, () => {})
  await meeting.listen((connection) => {
    sockets.push(connection)
    injector.injectConnection(connection)
  })
  undo.push(() => {
    meeting.close()
    server.forceShutdown()
    for (const socket of sockets) socket.destroy()
  })
  return { levels, sockets }
}

function visitor(place: string, number: number) {
  let passed = 0
  const meeting = joinMeeting(place, number, () => {
    passed += 1
  })
  undo.push(meeting.close)
  const open = (worker: number) => {
    const heard: string[] = []
    const stream = meeting.holderOf(exchangeIdOf(worker, 'x'))?.open({
      message: (bytes) => void heard.push(bytes.toString()),
      ended: (how) => void heard.push(`ended ${how}`),
    })
    assert.ok(stream)
    return { heard, stream }
  }
  return { meeting, open, passed: () => passed }
}

test('an id tells who holds its exchange', () => {
  assert.equal(holderOf(exchangeIdOf(12, '7f-a')), 12)
  assert.equal(holderOf('7f3a9c2e-0000-4000-8000-000000000000'), undefined)
  assert.equal(holderOf(''), undefined)
})

test('one’s own exchanges and nobody’s are not elsewhere', () => {
  const { meeting, passed } = visitor(directory(), 1)
  for (const id of [exchangeIdOf(1, 'x'), 'x', '', '../../etc-1']) assert.equal(meeting.holderOf(id), undefined)
  assert.equal(passed(), 0)
})

test('messages pass both ways to the worker that holds an exchange, at the upstream level', async () => {
  const place = directory()
  const { levels, sockets } = await echoing(place, 2)
  const { open, passed } = visitor(place, 1)
  const one = open(2)
  const other = open(2)
  one.stream.send(Buffer.from('a'))
  other.stream.send(Buffer.from('b'.repeat(5_000_000)))
  one.stream.send(Buffer.from('c'))
  one.stream.end()
  await eventually('both are answered', () => one.heard.length === 3 && other.heard.length === 1)
  assert.deepEqual([one.heard, other.heard[0]?.length], [['A', 'C', 'ended well'], 5_000_000])
  assert.deepEqual([levels, sockets.length, passed()], [['upstream', 'upstream'], 1, 2])
  other.stream.cancel()
  await eventually('a connection without streams is closed', () => sockets[0]?.destroyed)
})

test('a worker that is not there, or goes, is told as broken, and the next stream tries again', async () => {
  const place = directory()
  const { open } = visitor(place, 1)
  const early = open(2)
  early.stream.send(Buffer.from('a'))
  await eventually('it is broken', () => early.heard[0] === 'ended broken')

  // What one that was killed has left.
  writeFileSync(join(place, '2.sock'), '')
  await echoing(place, 2)
  assert.equal(statSync(join(place, '2.sock')).mode & 0o777, 0o600)
  const late = open(2)
  late.stream.send(Buffer.from('a'))
  await eventually('it is answered', () => late.heard[0] === 'A')
  late.stream.send(Buffer.from('die'))
  await eventually('it is broken', () => late.heard[1] === 'ended broken')
})
