import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IDENTITY } from '../../bench/pipeline/systems.js'
import { assemble } from '../../cli/assemble.js'
import { clientEndpoints } from '../../cli/client-endpoints.js'
import { readConfiguration } from '../../cli/configuration.js'
import { prepareGuards } from '../../cli/guards.js'
import { createLasting } from '../../cli/lasting.js'
import type { Exchange } from '../../core/exchange.js'
import { type Gateway, makeGateway } from '../../core/gateway.js'
import type { JsonObject } from '../../core/json.js'
import { systemClock } from '../../io/system-clock.js'
import { framings } from '../../llm/framing/framings.js'

/** A gateway as `tollgate serve` makes it of this configuration, without a host; what it does nobody is told. */
export async function gatewayOf(config: JsonObject): Promise<Gateway> {
  const directory = mkdtempSync(join(tmpdir(), 'tollgate-gateway-'))
  try {
    const file = join(directory, 'tollgate.yaml')
    writeFileSync(file, JSON.stringify(config))
    const parsed = readConfiguration(file, {})
    assert.ok(parsed.ok)
    const lasting = createLasting(systemClock)
    const { settings } = assemble(parsed.config, lasting, await prepareGuards(parsed.config, lasting))
    let ids = 0
    return makeGateway({
      settings: () => settings,
      ...{ endpoints: clientEndpoints, framings, clock: systemClock },
      newId: () => `exchange-${++ids}`,
      observer: { ended() {} },
    })
  } finally {
    rmSync(directory, { recursive: true })
  }
}

/** The exchange of a chat request that is admitted; who asks is whoever asks in the bench. */
export async function exchangeOf(gateway: Gateway, requestId: string, body: string): Promise<Exchange> {
  const headers: Readonly<Record<string, string>> = { 'content-type': 'application/json', ...IDENTITY }
  const opened = await gateway.open({
    method: 'POST',
    path: '/v1/chat/completions',
    requestId,
    header: (name) => headers[name],
    body: new TextEncoder().encode(body),
  })
  assert.ok(opened.kind === 'exchange')
  return opened
}
