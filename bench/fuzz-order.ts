import type { ChatEvent } from '../core/chat.js'

/**
 * Checks what `ChatEvent` promises: one start before all blocks, blocks that begin and end once, one end or error, the last.
 * Throws where it is broken.
 */
export function checkOrder(events: readonly ChatEvent[]): void {
  const fail = (why: string): never => {
    throw new Error(`${why}: ${events.map(({ type }) => type).join(' ')}`)
  }
  const open = new Set<string>()
  let started = false
  for (const [at, event] of events.entries()) {
    const last = at === events.length - 1
    if ((event.type === 'end' || event.type === 'error') !== last) fail('not one end, at the end')
    if (event.type === 'start') {
      if (started) fail('two starts')
      started = true
    }
    if (!('block' in event)) continue
    if (!started) fail('a block before the start')
    const key = `${event.choice}/${event.block}`
    if (event.type === 'block-start' ? open.has(key) : !open.has(key)) fail(`${event.type} of a block that is not open`)
    if (event.type === 'block-start') open.add(key)
    if (event.type === 'block-end') open.delete(key)
  }
  if (open.size > 0) fail('a block stays open')
}
