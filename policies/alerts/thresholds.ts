import { bucketFacts, forgottenAt, type NamedBucket, nameOf, spoken } from './budget-name.js'
import type { Finding, InForce } from './finding.js'

/** An alert is over once the share is so many percent points below its threshold: a share that goes to and fro makes one alert. */
const BELOW = 5

/**
 * Which thresholds the buckets have reached. Shares are rounded to whole percents: a hard limit refuses what may not fit, so that its
 * last bit is seldom spent. An alert that is in force is over when the share is clearly lower, or lower at all after the limit was changed.
 */
export function thresholdFindings(
  buckets: readonly NamedBucket[],
  thresholds: readonly number[],
  inForce: InForce,
  now: number,
): readonly Finding[] {
  return buckets.flatMap((bucket) => {
    const { bucket: held, committed, limit } = bucket.state
    const share = (100 * committed) / limit
    return thresholds.flatMap((threshold): readonly Finding[] => {
      const subject = `threshold/${held.key}/${threshold}`
      if (Math.round(share) >= threshold) {
        return [
          { kind: 'on', subject, basis: limit, until: forgottenAt(bucket, now), alert: alertOf(bucket, threshold) },
        ]
      }
      const basis = inForce.get(subject)?.basis
      if (basis === undefined) return []
      return share < threshold - BELOW || basis !== limit ? [{ kind: 'off', subject }] : []
    })
  })
}

function alertOf(bucket: NamedBucket, threshold: number): Extract<Finding, { kind: 'on' }>['alert'] {
  const { state, unit, teams } = bucket
  const { committed, limit } = state
  const share = Math.floor((1000 * committed) / limit) / 10
  const of = `${spoken(unit, committed)} of ${spoken(unit, limit)}`
  return {
    kind: 'threshold',
    text: `Budget ${nameOf(bucket)} has reached ${threshold} %: ${of} are spent.`,
    budget: state.bucket.budget,
    teams,
    facts: { ...bucketFacts(bucket), threshold, share },
  }
}
