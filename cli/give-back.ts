import { setImmediate } from 'node:timers/promises'

/**
 * Returns to the system what only starting has needed: the garbage of reading code and configuration, and the young generation that
 * grew over it, which V8 otherwise keeps for good. Blocks for as long as a full collection takes, so nothing may be served yet.
 * Does nothing on a Node without its inspector, whose protocol is the only way to ask V8 for this.
 */
export async function giveBackMemory(): Promise<void> {
  if (!process.features.inspector) return
  const { Session } = await import('node:inspector')
  const session = new Session()
  session.connect()
  await new Promise((resolve) => session.post('HeapProfiler.collectGarbage', resolve))
  // A session that is ended from within its own answer is waited for at exit.
  await setImmediate()
  session.disconnect()
}
