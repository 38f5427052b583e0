import type { Remember } from '../core/nonces.js'

/**
 * Takes a context from before `startedAt` for one that was used: what a plugin server had seen went with it, and Kong starts the next
 * within a second. A relay whose clock is behind is refused for as much longer.
 */
export function sinceStart(remember: Remember, startedAt: number): Remember {
  return (context, now) => (context.issuedAt < startedAt ? 'seen' : remember(context, now))
}
