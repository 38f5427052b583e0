import { chmod, rm } from 'node:fs/promises'
import { createServer, type Server as NetServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { Client, type ClientDuplexStream, credentials, Metadata } from '@grpc/grpc-js'
import type { Elsewhere, Holder } from './elsewhere.js'
import { holderOf } from './exchange-holder.js'
import { LEVEL_METADATA, UPSTREAM_LEVEL } from './names.js'
import { PROCESS_PATH } from './plain-streams.js'

/** The place where the workers of one Tollgate reach each other: a directory with a socket for each. */
export interface Meeting extends Elsewhere {
  /** Takes the connections of the others from now on. */
  listen(accept: (connection: Socket) => void): Promise<void>
  close(): void
}

/**
 * Joins the meeting in `directory` as the worker with this number, which no other one has at the same time. Ids of exchanges begin with the
 * number of the worker that holds them. `passedOn` is called for each stream that goes to another worker.
 */
export function joinMeeting(directory: string, number: number, passedOn: () => void): Meeting {
  const holders = new Map<number, Holder & { close(): void }>()
  let server: NetServer | undefined
  const pathOf = (worker: number) => join(directory, `${worker}.sock`)
  return {
    async listen(accept) {
      const path = pathOf(number)
      // One with this number may have been killed.
      await rm(path, { force: true })
      const made = createServer(accept)
      server = made
      await new Promise<void>((resolve, reject) => {
        made.once('error', reject)
        // A worker of `node:cluster` would share it with the others.
        made.listen({ path, exclusive: true }, resolve)
      })
      await chmod(path, 0o600)
    },
    holderOf(exchangeId) {
      const worker = holderOf(exchangeId)
      if (worker === undefined || worker === number) return undefined
      passedOn()
      const known = holders.get(worker)
      if (known) return known
      const holder = otherWorker(`unix:${pathOf(worker)}`, () => holders.delete(worker))
      holders.set(worker, holder)
      return holder
    },
    close() {
      server?.close()
      for (const holder of holders.values()) holder.close()
    },
  }
}

const asItIs = (message: Buffer) => message

/** Another worker, connected to while there are streams; `unused` is told when there is none any more. */
function otherWorker(address: string, unused: () => void): Holder & { close(): void } {
  const client = new Client(address, credentials.createInsecure(), {
    'grpc.max_receive_message_length': -1,
    'grpc.max_send_message_length': -1,
    'grpc.use_local_subchannel_pool': 1,
    'grpc.enable_http_proxy': 0,
    'grpc.enable_channelz': 0,
    'grpc.enable_retries': 0,
  })
  let open = 0
  const closed = () => {
    open -= 1
    if (open > 0) return
    unused()
    client.close()
  }
  return {
    open(listener) {
      open += 1
      const metadata = new Metadata()
      metadata.set(LEVEL_METADATA, UPSTREAM_LEVEL)
      const call: ClientDuplexStream<Buffer, Buffer> = client.makeBidiStreamRequest(
        PROCESS_PATH,
        asItIs,
        asItIs,
        metadata,
      )
      let state: 'open' | 'ended' = 'open'
      const end = (how: 'well' | 'broken') => {
        if (state === 'ended') return
        state = 'ended'
        closed()
        listener.ended(how)
      }
      call.on('data', (message: Buffer) => {
        if (state === 'open') listener.message(message)
      })
      call.on('error', () => end('broken'))
      call.on('end', () => end('well'))
      return {
        send: (bytes) => void call.write(bytes),
        end: () => call.end(),
        cancel: () => {
          if (state === 'open') {
            state = 'ended'
            closed()
          }
          call.cancel()
        },
      }
    },
    close: () => client.close(),
  }
}
