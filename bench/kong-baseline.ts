import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { JsonObject } from '../core/json.js'
import { CONTEXT_HEADERS, type Sign, writeContext } from '../core/signed-context.js'
import { RELAY_UPSTREAM } from '../plugins/names.js'
import { CALLER, EGRESS_UPSTREAM, type Form } from './kong-calls.js'

/** The name by which Kong knows the plugin. */
export const BASELINE_NAME = 'baseline'

/** Writes the baseline plugin into a directory `plugins` of `folder`, and gives that directory. */
export function writeBaseline(folder: string): string {
  const pluginsDir = join(folder, 'plugins')
  const packageDir = join(pluginsDir, BASELINE_NAME)
  mkdirSync(packageDir, { recursive: true })
  writeFileSync(join(packageDir, 'package.json'), JSON.stringify({ name: BASELINE_NAME, main: 'main.js' }))
  writeFileSync(join(packageDir, 'main.js'), SOURCE)
  return pluginsDir
}

/** What an instance of it is given. Its header is as long as a real one, and of another time. */
export function baselineConfig(form: Form, sign: Sign): JsonObject {
  const value = writeContext(
    { purpose: 'ingress', issuedAt: 1_760_000_000_000, nonce: 'bench-0', content: CALLER },
    sign,
  )
  const upstream = form === 'egress' ? EGRESS_UPSTREAM : RELAY_UPSTREAM
  return { form, name: CONTEXT_HEADERS[form === 'egress' ? 'egress' : 'ingress'], value, upstream }
}

/** FROZEN: the calls of Tollgate's plugin, and nothing else. What it costs is kong-pdk and the socket. */
const SOURCE = `'use strict'
class Baseline {
  constructor(config) { this.config = config }
  async access(kong) {
    const { form, name, value, upstream } = this.config
    if (form === 'egress') {
      await kong.request.getHeader(name)
      await kong.service.request.clearHeader(name)
    } else {
      await kong.client.getConsumer()
      await kong.client.getCredential()
      if (form === 'service') await kong.router.getRoute()
      await kong.service.request.setHeader(name, value)
    }
    await kong.service.setUpstream(upstream)
  }
}
module.exports = { Plugin: Baseline, Name: '${BASELINE_NAME}', Version: '1.0.0', Priority: 840, Schema: [] }
`
