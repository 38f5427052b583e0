import type { PluginConnection } from '../support/kong/plugin-server.js'

/** What a phase asked Kong for, in its order: method and arguments. */
export interface Ending {
  readonly calls: readonly (readonly [string, ...unknown[]])[]
}

/** Runs the access phase of an instance as Kong does, with answers by method (nil for others); Kong fails the `failing` one. */
export async function phase(
  connection: PluginConnection,
  instanceId: number,
  answers: Readonly<Record<string, unknown>>,
  failing?: string,
): Promise<Ending> {
  const calls: (readonly [string, ...unknown[]])[] = []
  let reply = read(await connection.call('plugin.HandleEvent', { InstanceId: instanceId, EventName: 'access' }))
  while (reply.Data !== 'ret') {
    const { Method, Args } = reply.Data
    calls.push([Method, ...Args])
    if (Method === 'kong.response.exit') break
    const answer = Method === failing ? 'out of order' : answers[Method]
    const step = Method === failing ? 'plugin.StepError' : 'plugin.Step'
    reply = read(await connection.call(step, { EventId: reply.EventId, Data: answer }))
  }
  return { calls }
}

interface Reply {
  readonly EventId: number
  readonly Data: 'ret' | { readonly Method: string; readonly Args: readonly unknown[] }
}

const read = (reply: unknown) => reply as Reply
