import type { Decision } from './answer/treatment.js'
import { modeFor } from './compiled.js'
import type { Finding } from './detect/finding.js'
import type { Digest } from './modes/digest.js'
import { hashed } from './modes/hashed.js'
import { lookAlike } from './modes/look-alike.js'
import { masked } from './modes/masked.js'
import type { AnswerMode, Treatment } from './settings.js'

/** What becomes of what a provider writes; undefined where it is only counted. */
export function treater(
  treatment: Treatment<AnswerMode>,
  digest: Digest,
  told: { blocked(): void },
): ((finding: Finding, value: string) => Decision) | undefined {
  if (!mayChange(treatment)) return undefined
  return (finding, value) => {
    switch (modeFor(treatment, finding)) {
      case 'mask':
        return { replace: masked(finding.entity) }
      case 'hash':
        return { replace: hashed(digest, finding.entity, value) }
      case 'synthetic':
        return { replace: lookAlike(digest, finding.entity, value) }
      case 'block':
        told.blocked()
        return 'block'
      case 'report':
      case 'off':
        return 'leave'
    }
  }
}

function mayChange({ mode, byEntity, secrets }: Treatment<AnswerMode>): boolean {
  return [mode, secrets, ...byEntity.values()].some((one) => one !== 'off' && one !== 'report')
}
