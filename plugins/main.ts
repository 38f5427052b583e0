import { randomBytes, randomInt } from 'node:crypto'
import { createRequire } from 'node:module'
import { GatewayError } from '../core/errors.js'
import { rememberNonces } from '../core/nonces.js'
import { CONTEXT_WINDOW } from '../core/signed-context.js'
import { encodeError as anthropicError } from '../llm/dialects/anthropic-messages/errors.js'
import { encodeError as geminiError } from '../llm/dialects/gemini/encode-error.js'
import { encodeError as openaiError } from '../llm/dialects/openai-chat/errors.js'
import { type PluginConfig, readConfig } from './config.js'
import { egress } from './egress.js'
import { dialectByPath, failClosed } from './fail-closed.js'
import { ingress } from './ingress.js'
import { mendServer } from './mend-server.js'
import { PLUGIN_NAME } from './names.js'
import type { Pdk } from './pdk.js'
import { SCHEMA } from './schema.js'
import { nonces, signer } from './signing.js'
import { sinceStart } from './since-start.js'

export const Name = PLUGIN_NAME
export const Version = '0.1.0'
export const Schema = SCHEMA

/**
 * After everything that finds out who is calling or refuses (authentication down to 1000, acl 950, rate-limiting 910,
 * response-ratelimiting 900), and after route-by-header (850), which sets an upstream of its own that ours replaces. Before what
 * changes or answers a request on an egress route, which nobody but the relay may set off: request-transformer (802, 801), the ai
 * plugins (770 to 780), aws-lambda (750), proxy-cache (100). canary and forward-proxy come later and choose an upstream of their own:
 * not on our routes.
 */
export const Priority = 840

const say = (line: string) => void process.stderr.write(`${PLUGIN_NAME}: ${line}\n`)

mendServer(createRequire('/').cache, { random: () => randomInt(1, 2 ** 31), say })

// Shared by all instances: several may lead to one upstream.
const remember = sinceStart(rememberNonces(CONTEXT_WINDOW), Date.now())
const nonce = nonces(randomBytes(12).toString('base64url'))
const byPath = dialectByPath({ anthropic: anthropicError, gemini: geminiError, openai: openaiError })
// What meets an egress route is the relay, which reads OpenAI's form.
const forRelay = () => Promise.resolve(openaiError)

/** What Kong calls, one object per configured plugin. Its constructor never throws: a faulty one refuses every request. */
export class Plugin {
  readonly #access: (kong: Pdk) => Promise<void>

  constructor(given: unknown) {
    const config = readConfig(given)
    if (config.kind === 'faulty') say(`every request is refused: ${config.problem}`)
    const dialectOf = config.kind === 'egress' ? forRelay : byPath
    this.#access = failClosed(handler(config), { dialectOf, say, now: Date.now })
  }

  access(kong: Pdk): Promise<void> {
    return this.#access(kong)
  }
}

function handler(config: PluginConfig): (kong: Pdk) => Promise<void> {
  switch (config.kind) {
    case 'ingress':
      return ingress(config, { sign: signer(config.secret), now: Date.now, nonce })
    case 'egress':
      return egress(config, { sign: signer(config.secret), now: Date.now, nonce }, remember)
    case 'faulty':
      return () => Promise.reject(new GatewayError('upstream_unavailable', config.problem))
  }
}
