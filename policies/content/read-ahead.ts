import type { JsonObject, JsonValue } from '../../core/json.js'
import type { Call, Policy } from '../../core/policy.js'
import { then } from '../../core/transform.js'
import { inTurns, type Turns } from '../../core/turns.js'
import { findSurfaces } from './surfaces.js'

/** Values in a body up to which its texts are found at once. */
const FEW = 500

/** The policy, which finds the texts of a request that has many of them read for it: in turns, since there may be a hundred thousand. */
export function readAhead(policy: Policy, turns: Turns): Policy {
  const { admit, explain } = policy
  const ahead = <T>(call: Call, go: () => T | Promise<T>): T | Promise<T> =>
    hasFew(call.content.body) ? go() : then(inTurns(findSurfaces(call.content), turns), go)
  return {
    ...policy,
    admit: (request, call) => ahead(call, () => admit(request, call)),
    ...(explain && { explain: (request, call) => ahead(call, () => explain(request, call)) }),
  }
}

function hasFew(body: JsonObject): boolean {
  let left = FEW
  const count = (value: JsonValue | undefined): void => {
    left--
    if (typeof value === 'string') left -= value.length / 256
    if (typeof value !== 'object' || value === null) return
    for (const name in value) {
      if (left < 0) return
      count((value as JsonObject)[name])
    }
  }
  count(body)
  return left >= 0
}
