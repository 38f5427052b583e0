import { once } from 'node:events'
import { lstat, unlink } from 'node:fs/promises'
import { connect } from 'node:net'

/**
 * Removes the file of `unix:/path` where it is a socket on which nobody listens: a process that was killed leaves it, and the next one
 * could not listen there. Anything else is left as it is, and any other address. Of several processes that listen there, only one may
 * ask for this, and before the others begin.
 */
export async function removeDeadSocket(address: string): Promise<void> {
  if (!address.startsWith('unix:')) return
  const path = address.slice('unix:'.length)
  const file = await lstat(path).catch(() => undefined)
  if (file?.isSocket() && (await isRefused(path))) await unlink(path)
}

async function isRefused(path: string): Promise<boolean> {
  const socket = connect(path)
  try {
    await once(socket, 'connect')
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ECONNREFUSED'
  } finally {
    socket.destroy()
  }
}
