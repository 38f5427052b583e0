import { ALL_FIXTURES, plainText } from '../detect/entities/all-fixtures.js'

/** A value that the detector finds, in the text around it. */
interface FixtureValue {
  readonly entity: string
  readonly value: string
  readonly before: string
  readonly after: string
}

/** Every marked value of every accepting fixture. */
export const FIXTURE_VALUES: readonly FixtureValue[] = ALL_FIXTURES.flatMap(({ entity, accepts }) =>
  accepts.flatMap((text) =>
    Array.from(text.matchAll(/«(.*?)»/gs), ({ index, 0: whole, 1: value = '' }) => ({
      ...{ entity, value },
      before: plainText(text.slice(0, index)),
      after: plainText(text.slice(index + whole.length)),
    })),
  ),
)
