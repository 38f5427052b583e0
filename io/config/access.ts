import { z } from 'zod'
import {
  type AccessCondition,
  type AccessDimension,
  type AccessRule,
  type AccessSettings,
  DEFAULT_RULE,
  GRANT_RULE,
} from '../../policies/access/settings.js'
import type { ClassificationSettings } from '../../policies/classification/settings.js'
import { createNetworks, isNetwork } from '../networks.js'
import { accessTime } from './access-time.js'
import { listSection } from './by-shape.js'
import { tagName } from './identity.js'
import { AT_KEY, keyed, namedSection, section } from './maps.js'
import { type Condition, condition, configuredModel, isEstablished, type Referable, unestablished } from './match.js'
import { choice } from './rule-values.js'
import { listed } from './suggest.js'
import { uniqueNames } from './unique-names.js'
import { oneOf, text } from './values.js'

/** What rules of `access` can refer to. */
export interface AccessReferable extends Referable {
  /** Where the providers are; undefined when their section is no map. */
  readonly regions: readonly string[] | undefined
}

/** The section `access`; undefined where it is left out. */
export function access(referable: AccessReferable) {
  const rule = keyed({
    name: ruleName(),
    effect: choice(['allow', 'deny'], 'one of these'),
    match: match(referable),
    reason: reason().optional(),
  }).transform(({ match: conditions, ...rule }): AccessRule => ({ ...rule, conditions }))
  const rules = listSection(rule, 'rules, each { name: ..., effect: allow or deny, match: { ... } }')
  return keyed({
    default: choice(['allow', 'deny'], 'one of these').default('allow'),
    rules: rules.superRefine(uniqueNames('rule')),
  })
    .transform(({ default: byDefault, rules }): AccessSettings => ({ byDefault, rules }))
    .optional()
}

/** A label that nothing is ever classified as makes a rule that never matches. */
export function checkLabelsOf(
  {
    access,
    classification,
  }: {
    readonly access?: AccessSettings | undefined
    readonly classification?: ClassificationSettings | undefined
  },
  context: z.core.$RefinementCtx,
): void {
  const labels = classification?.labels
  if (labels === undefined) return
  for (const [index, { conditions }] of (access?.rules ?? []).entries()) {
    for (const condition of conditions) {
      if (condition.kind !== 'value' || condition.dimension !== 'label') continue
      if (condition.values.every((value) => labels.includes(value))) continue
      const message = `must name only labels of classification: ${listed(labels)}`
      context.addIssue({ code: 'custom', path: ['access', 'rules', index, 'match', 'label'], message })
    }
  }
}

function ruleName() {
  const error = 'must be a name; 1 to 64 of A-Z a-z 0-9 . _ - are allowed'
  return z
    .string({ error })
    .regex(/^[A-Za-z0-9._-]{1,64}$/, { error })
    .refine((name) => name !== DEFAULT_RULE && name !== GRANT_RULE, {
      error: `must not be ${DEFAULT_RULE} or ${GRANT_RULE}: logs and metrics call by these names what no rule denies`,
    })
}

function reason() {
  const error = 'must be text for the client, of at most 500 characters on one line'
  return z.string({ error }).regex(/^[^\p{Cc}\p{Cs}]{1,500}$/u, { error })
}

const PARTS = ['role', 'user', 'team', 'organization', 'key', 'route', 'model', 'provider', 'region', 'label'] as const

function match(referable: AccessReferable) {
  const { models, providers, regions, established } = referable
  const name = condition(text('a name')).optional()
  const among = (allowed: readonly string[] | undefined, what: string) =>
    condition(allowed === undefined ? z.string() : oneOf(allowed, what)).optional()
  return section({
    ...{ role: name, user: name, team: name, organization: name, key: name, route: name, label: name },
    model: condition(configuredModel(models)).optional(),
    provider: among(providers, 'one of the configured providers'),
    region: among(regions, 'the region or location of a configured provider'),
    tags: namedSection(tagName(), condition(text('a name')), 'tag names to what they must be'),
    network: condition(network(), 'a network or a list of networks').optional(),
    time: accessTime().optional(),
  })
    .superRefine(({ tags, ...parts }, context) => {
      const check = (dimension: string, message: string, ...path: string[]) => {
        if (isEstablished(dimension, established)) return
        context.addIssue({ code: 'custom', path, message, params: AT_KEY, continue: false })
      }
      for (const part of PARTS) if (parts[part] !== undefined) check(part, unestablished(part), part)
      for (const tag of tags.keys()) check(`tag:${tag}`, unestablished(`tag:${tag}`), 'tags', tag)
      if (parts.network !== undefined) check('address', NO_ADDRESS, 'network')
    })
    .transform(({ tags, network, time, ...parts }): readonly AccessCondition[] => {
      const value = (dimension: AccessDimension, found: Condition | undefined) =>
        found === undefined ? [] : [{ kind: 'value', dimension, how: found.kind, values: found.values } as const]
      return [
        ...PARTS.flatMap((part) => value(part, parts[part])),
        ...[...tags].flatMap(([tag, found]) => value(`tag:${tag}`, found)),
        ...(network === undefined
          ? []
          : [
              {
                kind: 'network',
                how: network.kind,
                networks: createNetworks(network.values),
                written: network.values,
              } as const,
            ]),
        ...(time === undefined ? [] : [time]),
      ]
    })
}

const NO_ADDRESS = 'needs the address that a request came from; add identity.address'

function network() {
  const error = 'must be a network such as 10.0.0.0/8 or 2001:db8::/32, or an IP address'
  return z.string({ error }).refine(isNetwork, { error })
}
