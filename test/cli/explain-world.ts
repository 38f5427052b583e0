import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { assemble } from '../../cli/assemble.js'
import { clientEndpoints } from '../../cli/client-endpoints.js'
import { readConfiguration } from '../../cli/configuration.js'
import { prepareGuards } from '../../cli/guards.js'
import { createLasting } from '../../cli/lasting.js'
import type { Clock } from '../../core/clock.js'
import type { Exchange } from '../../core/exchange.js'
import { makeGateway } from '../../core/gateway.js'
import type { Identity } from '../../core/identity.js'
import type { Outcome } from '../../core/outcome.js'
import type { Reply } from '../../core/reply.js'
import { explained } from '../../io/explain/ask.js'
import { framings } from '../../llm/framing/framings.js'

/** A gateway of one configuration, asked and explained, whose calls of services are counted. */
export async function explainWorld(config: string, clock: Clock) {
  const dir = mkdtempSync(join(tmpdir(), 'tollgate-explain-'))
  const path = join(dir, 'tollgate.yaml')
  writeFileSync(path, config)
  const parsed = readConfiguration(path, {})
  rmSync(dir, { recursive: true })
  if (!parsed.ok) throw new Error(parsed.problems.map(({ path, message }) => `${path}: ${message}`).join('\n'))
  let calls = 0
  const lasting = {
    ...createLasting(clock),
    services: async () => () => {
      calls++
      return Promise.reject(new Error('nobody is there'))
    },
  }
  const { settings } = assemble(parsed.config, lasting, await prepareGuards(parsed.config, lasting))
  const outcomes: Outcome[] = []
  let ids = 0
  const gateway = makeGateway({
    settings: () => settings,
    endpoints: clientEndpoints,
    framings,
    clock,
    newId: () => `exchange-${++ids}`,
    observer: { ended: (outcome) => void outcomes.push(outcome) },
  })
  return {
    outcomes,
    resting: lasting.resting,
    calls: () => calls,
    ledger: lasting.spending.ledger(parsed.config.store),
    open: async (path: string, body: string, headers: Readonly<Record<string, string>>): Promise<Reply | Exchange> =>
      gateway.open({
        ...{ method: 'POST', path, requestId: `request-${++ids}`, body: new TextEncoder().encode(body) },
        header: (name) => (name === 'content-type' ? 'application/json' : headers[name]),
      }),
    explain: (path: string, body: string, identity: Identity, at = clock.now()) =>
      explained({ path, body, identity, at }, { settings, endpoints: clientEndpoints }),
  }
}
