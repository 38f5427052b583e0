import type { Host } from '../support/host.js'
import { startStack } from '../support/stack.js'

/** The gateway that the conformance cases run against. */
export const startHost: Host = startStack
