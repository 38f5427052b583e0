import type { ShownExplanation } from './shape.js'

/** An explanation for people, in the order in which things happen; lines without what could steer a terminal are the caller's matter. */
export function explanationText(explanation: ShownExplanation): string {
  const { at, path, version, identity, request, steps, label, chain, leftOut, outcome } = explanation
  const { tags, ...who } = identity
  return [
    ...section('request', { at, path, configuration: version, ...request }),
    ...section('identity', { ...who, ...(Object.keys(tags).length > 0 && { tags }) }, 'nobody'),
    ...steps.flatMap(({ policy, asked, unasked, details }) => {
      const others = asked === 'in part' ? { unasked } : {}
      return section(policy, { ...details, ...others }, asked === 'not asked' ? NOT_ASKED : 'nothing to do')
    }),
    ...(label === undefined ? [] : section('label', { label })),
    ...section('targets', { chain, ...(leftOut.length > 0 && { 'left out': leftOut }) }),
    ...section('outcome', { [inWords(outcome.kind)]: rest(outcome) }),
  ].join('\n')
}

const NOT_ASKED = 'not asked: its code is the operator’s own, and would be asked'

function inWords(kind: 'admitted' | 'refused'): string {
  return kind === 'admitted' ? 'would be admitted' : 'would be refused'
}

function rest({ kind: _, ...others }: ShownExplanation['outcome']): object {
  return others
}

function section(title: string, value: object, empty = ''): readonly string[] {
  const lines = members(value, '  ')
  return [title, ...(lines.length > 0 ? lines : [`  ${empty}`]), '']
}

function members(value: object, indent: string): readonly string[] {
  return Object.entries(value).flatMap(([name, member]) => (member === undefined ? [] : named(name, member, indent)))
}

function named(name: string, value: unknown, indent: string): readonly string[] {
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return [`${indent}${name}: ${value.length === 0 ? 'none' : value.join(', ')}`]
    return [`${indent}${name}:`, ...value.flatMap((one: unknown) => item(one, `${indent}  `))]
  }
  if (isPlain(value)) return [`${indent}${name}: ${value ?? 'unknown'}`]
  const lines = members(objectOf(value), `${indent}  `)
  return lines.length === 0 ? [] : [`${indent}${name}:`, ...lines]
}

/** One member of a list: what is plain in it on one line, the rest below. */
function item(value: unknown, indent: string): readonly string[] {
  if (isPlain(value)) return [`${indent}- ${value}`]
  const entries = Object.entries(objectOf(value))
  const short = entries.filter(([, member]) => isPlain(member) || (Array.isArray(member) && member.every(isPlain)))
  const long = entries.filter((entry) => !short.includes(entry))
  const line = short.map(
    ([name, member]) => `${name} ${Array.isArray(member) ? member.join(' ') || 'none' : (member ?? 'unknown')}`,
  )
  return [`${indent}- ${line.join('; ')}`, ...long.flatMap(([name, member]) => named(name, member, `${indent}  `))]
}

const isPlain = (value: unknown) => typeof value !== 'object' || value === null

const objectOf = (value: unknown): object => (typeof value === 'object' && value !== null ? value : {})
