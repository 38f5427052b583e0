import type { Attempt } from '../core/attempt.js'
import type { Exchange } from '../core/exchange.js'
import { type AttemptParts, relayAttempt } from './relayed-attempt.js'

type Parts = Omit<AttemptParts, 'exchange' | 'place'>

/**
 * Asks the targets of an exchange one after the other until one answers, then settles it. A client that has gone, also before
 * this began, has nobody asked for it any more. Rejects only with what settling throws.
 */
export async function relayExchange(exchange: Exchange, parts: Parts): Promise<void> {
  await ask(exchange, parts)
  const refused = !exchange.committed() && !parts.client.gone()
  if (refused) parts.client.reply(exchange.fail())
  // An answer that could not be brought to its end must not look as if it went on.
  else parts.client.cutOff()
  await exchange.settle(refused ? 'refused' : exchange.delivered() ? 'complete' : 'cut')
}

async function ask(exchange: Exchange, parts: Parts): Promise<void> {
  const last = exchange.targets.length - 1
  for (const next of exchange.places) {
    if (parts.client.gone()) return
    if (!exchange.isWanted(next)) continue
    const { index } = next
    const made = attemptOf(exchange, index)
    // Nearly always it is there at once, and nothing need be waited for.
    const attempt = made instanceof Promise ? await made : made
    if (!attempt) continue
    if (parts.client.gone()) return
    const place = index === last ? 'last' : 'before-last'
    if ((await relayAttempt(attempt, { ...parts, exchange, place })) === 'over') return
  }
}

/** What an attempt throws the exchange has noted. */
function attemptOf(exchange: Exchange, index: number): Attempt | undefined | Promise<Attempt | undefined> {
  try {
    const made = exchange.attempt(index)
    return made instanceof Promise ? made.catch(() => undefined) : made
  } catch {
    return undefined
  }
}
