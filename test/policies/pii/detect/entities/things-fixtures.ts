import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const THINGS_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'license_plate',
    accepts: ['license plate «ABC-1234»', 'Kennzeichen «B-MX4711»'],
    rejects: ['ABC-1234 is a part'],
  },
  {
    entity: 'vin',
    accepts: ['VIN «1HGCM82633A004352»', '«1M8GDM9AXKP042788»'],
    rejects: ['1HGCM82633A004353', 'VIN 1HGCM826I3A004352'],
  },
  {
    entity: 'imei',
    accepts: ['IMEI «490154203237518»', 'imei: «49-015420-323751-8»'],
    rejects: ['IMEI 490154203237519'],
  },
]
