import type { Host } from '../support/host.js'
import { startKongStack } from '../support/kong/stack.js'
import { startStack } from '../support/stack.js'

/** Which gateway the conformance cases of this process run against: a real Envoy, or Kong where `on-kong/` says so. */
export const gatewayName = process.env['TOLLGATE_TEST_GATEWAY'] === 'kong' ? 'kong' : 'envoy'

export const startHost: Host = gatewayName === 'kong' ? startKongStack : startStack
