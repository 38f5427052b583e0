import { type PluginConnection, PluginRpcError, type PluginServer } from './plugin-server.js'

/** The plugin server did not answer in time. */
export class PluginSilence extends Error {
  override readonly name = 'PluginSilence'
}

/** Calls to one plugin server over as many connections as there are calls at a time. */
export interface PluginRpc {
  /** Rejects with `PluginRpcError`, with `PluginSilence`, or with another error where the server cannot be reached. */
  call(method: string, arg: unknown): Promise<unknown>
  close(): void
}

/** Connections are kept for the next call, as Kong's workers keep theirs. `patience` in milliseconds. */
export function pluginRpc(server: Pick<PluginServer, 'connect'>, patience: number): PluginRpc {
  const idle: PluginConnection[] = []
  const open = new Set<PluginConnection>()
  const drop = (connection: PluginConnection) => {
    connection.close()
    open.delete(connection)
  }
  return {
    async call(method, arg) {
      const connection = idle.pop() ?? (await server.connect())
      open.add(connection)
      try {
        const result = await within(connection.call(method, arg), patience)
        idle.push(connection)
        return result
      } catch (error) {
        if (error instanceof PluginRpcError) idle.push(connection)
        else drop(connection)
        throw error
      }
    },
    close: () => {
      for (const connection of open) drop(connection)
      idle.length = 0
    },
  }
}

async function within<T>(answer: Promise<T>, patience: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new PluginSilence(`no answer within ${patience} ms`)), patience)
  })
  try {
    return await Promise.race([answer, silence])
  } finally {
    clearTimeout(timer)
    // It is rejected once more when the connection is closed; nobody waits for that.
    answer.catch(() => undefined)
  }
}
