import assert from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { test } from 'node:test'
import { mendServer } from '../../plugins/mend-server.js'

/** A server class in the shape of kong-pdk's, whose phases end as `replies` say. */
function classes(replies: readonly unknown[]) {
  const left = [...replies]
  class Server {
    instanceID = 0
    eventID = 0
    readonly events = new Map<number, string>()
    async StartInstance() {
      return this.instanceID++
    }
    async HandleEvent() {
      const id = this.eventID++
      this.events.set(id, 'a phase')
      return { Data: left.shift(), EventId: id }
    }
    async step({ EventId }: { EventId: number }) {
      return { Data: left.shift(), EventId }
    }
  }
  class Listener {
    serve(): unknown {
      return undefined
    }
  }
  return { Server, Listener }
}

function mended({
  Server,
  Listener,
  Decoder,
}: {
  Server: unknown
  Listener: unknown
  Decoder?: unknown
}): readonly string[] {
  const said: string[] = []
  const modules = {
    '/a/node_modules/other/server.js': { exports: class {} },
    '/a/node_modules/kong-pdk/server.js': { exports: Server },
    '/a/node_modules/kong-pdk/listener.js': { exports: Listener },
    '/a/node_modules/@msgpack/msgpack/dist/Decoder.js': { exports: { Decoder } },
  }
  mendServer(modules, { random: () => 4000, say: (line) => void said.push(line) })
  return said
}

test('a phase that has ended is forgotten, one that goes on is kept', async () => {
  const call = { Method: 'kong.request.get_path', Args: [] }
  const ends = ['ret', { Method: 'kong.response.exit', Args: [503] }, { Method: 'kong.response.error', Args: [500] }]
  for (const end of ends) {
    const found = classes([end, call, end])
    assert.deepEqual(mended(found), [])
    const server = new found.Server()
    await server.HandleEvent()
    assert.equal(server.events.size, 0, 'ends at once')
    const { EventId } = await server.HandleEvent()
    assert.equal(server.events.size, 1, 'waits for an answer')
    assert.deepEqual(await server.step({ EventId }), { Data: end, EventId })
    assert.equal(server.events.size, 0, 'ends after a step')
  }
})

test('numbers begin anywhere, once', async () => {
  const found = classes(['ret'])
  mended(found)
  const server = new found.Server()
  assert.equal(await server.StartInstance(), 4000)
  assert.equal(await server.StartInstance(), 4001)
  assert.equal((await server.HandleEvent()).EventId, 4000)
})

test('a connection that breaks does not take the server with it', async () => {
  const sockets: Socket[] = []
  class Listening {
    serve() {
      return createServer((socket) => void sockets.push(socket)).listen(0, '127.0.0.1')
    }
  }
  mended({ ...classes([]), Listener: Listening })
  const server = new Listening().serve()
  await once(server, 'listening')
  const address = server.address()
  assert.ok(typeof address === 'object' && address !== null)
  const client = connect(address.port, '127.0.0.1')
  await once(server, 'connection')
  // Without a listener this is thrown.
  for (const socket of sockets) socket.emit('error', new Error('EPIPE'))
  client.destroy()
  server.close()
})

test('a server of another kind is left alone, and that is said', () => {
  const { Server, Listener } = classes([])
  const others: readonly { Server: unknown; Listener: unknown }[] = [
    { Server: undefined, Listener },
    { Server: class {}, Listener },
    { Server: {}, Listener },
    { Server, Listener: class {} },
  ]
  const { HandleEvent } = Server.prototype
  for (const other of others) assert.equal(mended(other).length, 1)
  assert.equal(Server.prototype.HandleEvent, HandleEvent)
})

/** A listener that reads one message and writes it out, wanted or not, as kong-pdk's does. */
function writing(logger: unknown, message: unknown) {
  class Decoder {
    decode() {
      return message
    }
  }
  class Listener {
    readonly logger = logger
    line = ''
    given: unknown
    serve() {
      const [, , , args] = new Decoder().decode() as readonly unknown[]
      this.line = JSON.stringify(args)
      this.given = args
    }
  }
  mended({ ...classes([]), Listener, Decoder })
  const listener = new Listener()
  listener.serve()
  return listener
}

const loggerAt = (debug: boolean) => ({ isAllowedLevel: (level: string) => level !== 'debug' || debug })

test('arguments are not written out for a debug line that nobody reads, and arrive as they are', () => {
  const { line, given } = writing(loggerAt(false), [0, 7, 'plugin.Step', [{ EventId: 1, Data: 'x' }]])
  assert.equal(line, 'null')
  assert.deepEqual([...(given as readonly unknown[])], [{ EventId: 1, Data: 'x' }])
})

test('they are where debug lines are on or the logger does not tell, and so is what is no call of the plugin server', () => {
  const step = () => [0, 7, 'plugin.Step', ['x']]
  for (const logger of [loggerAt(true), undefined, {}]) assert.equal(writing(logger, step()).line, '["x"]')
  for (const other of [
    [1, 7, 'plugin.Step', ['x']],
    [0, 7, 'other.Step', ['x']],
    [0, 7, 5, ['x']],
  ]) {
    assert.equal(writing(loggerAt(false), other).line, '["x"]')
  }
})
