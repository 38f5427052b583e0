import { type Facts, matches } from '../budget/match.js'
import { type AuditRule, CONTENT_POLICIES } from './settings.js'

/**
 * The rules that may decide about a request before it is known how it is classified: those whose other conditions it meets, up to the
 * first that needs no label.
 */
export function candidates(rules: readonly AuditRule[], facts: Facts): readonly AuditRule[] {
  const found: AuditRule[] = []
  for (const rule of rules) {
    const { match } = rule
    const unlabelled = match.has('label') ? new Map([...match].filter(([dimension]) => dimension !== 'label')) : match
    if (!matches(unlabelled, facts)) continue
    found.push(rule)
    if (unlabelled === match) break
  }
  return found
}

/**
 * The rule of a request that has come to its end. Where it ended before it was classified, and a label would have decided, that one of
 * the candidates which keeps least of its content.
 */
export function ruleOf(candidates: readonly AuditRule[], facts: Facts): AuditRule | undefined {
  if (facts.label !== undefined) return candidates.find(({ match }) => matches(match, facts))
  const least = Math.min(...candidates.map(({ content }) => CONTENT_POLICIES.indexOf(content)))
  return candidates.find(({ content }) => content === CONTENT_POLICIES[least])
}
