import type { NameModel } from '../names/model.js'
import type { SecretOptions } from '../secrets/options.js'
import { ENTITIES } from './entities/index.js'
import type { Entity } from './entity.js'
import type { CustomPattern } from './patterns.js'

/** What a detector looks for; everything that there is unless said. */
export interface DetectorOptions {
  /** Names of entities; all but those that must be named unless said. */
  readonly entities?: readonly string[]
  /** Entities besides: of those that must be named. */
  readonly alsoEntities?: readonly string[]
  /** Locale packs by country code (`us`, `gb`, `eu` ...); `global` is always among them. */
  readonly packs?: readonly string[]
  /** The least confidence to report, 0 to 1; 0.5 unless said. */
  readonly threshold?: number
  /** The same for single entities. */
  readonly thresholds?: Readonly<Record<string, number>>
  /** Countries (ISO 3166) whose phone numbers are known without a country code and without a label; those of the packs unless said. */
  readonly regions?: readonly string[]
  /** Values that are never reported, however they are written. */
  readonly allow?: readonly string[]
  /** Terms that are always reported, by the entity that they are reported as; an entity of one's own may be among them. */
  readonly deny?: Readonly<Record<string, readonly string[]>>
  readonly patterns?: readonly CustomPattern[]
  /** Keys, tokens and passwords, apart from `entities`, `packs` and thresholds; none unless said. */
  readonly secrets?: boolean | SecretOptions
  /** What was learned of names; asked for where one of the entities among words is looked for. */
  readonly names?: () => NameModel
}

const THRESHOLD = 0.5
/** Every region asked costs a parse of each number in question. */
const REGIONS = ['US', 'GB', 'DE', 'FR', 'IN', 'CN']

/** Names of all built-in entities, for configurations. */
export function entityNames(): readonly string[] {
  return ENTITIES.map(({ name }) => name)
}

/** The entities that the options name, and those that only the deny list does. Throws `RangeError` for a name that nobody knows. */
export function chosenEntities(options: DetectorOptions): readonly Entity[] {
  const own = Object.keys(options.deny ?? {})
  const patterns = (options.patterns ?? []).map(({ name }) => name)
  const known = new Set([...entityNames(), ...own, ...patterns])
  for (const name of options.entities ?? []) if (!known.has(name)) throw new RangeError(`no entity is called ${name}`)
  const packs = options.packs && new Set([...options.packs, 'global'])
  const wanted = options.entities && new Set(options.entities)
  const also = new Set(options.alsoEntities)
  const isWanted = ({ name, onlyNamed }: Entity): boolean => (wanted ? wanted.has(name) : !onlyNamed) || also.has(name)
  const chosen = ENTITIES.filter((entity) => (packs?.has(entity.pack) ?? true) && isWanted(entity))
  const names = new Set(chosen.map(({ name }) => name))
  return [...chosen, ...own.filter((name) => !names.has(name)).map((name) => ({ name, pack: 'global' }))]
}

export function regionsOf(options: DetectorOptions): readonly string[] {
  return (
    options.regions ??
    options.packs?.filter((pack) => /^[a-z]{2}$/.test(pack) && pack !== 'eu').map((pack) => pack.toUpperCase()) ??
    REGIONS
  )
}

export function thresholdsOf(options: DetectorOptions): (entity: string) => number {
  return (entity) => options.thresholds?.[entity] ?? options.threshold ?? THRESHOLD
}

/** Those of the entities that are found among words; none of the names of a deny list. */
export function wordEntities(entities: readonly Entity[]): ReadonlySet<string> {
  const chosen = entities.filter(({ onlyNamed }) => onlyNamed)
  return new Set(chosen.map(({ name }) => name))
}
