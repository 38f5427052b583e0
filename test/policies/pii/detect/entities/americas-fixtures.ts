import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const AMERICAS_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'ca_sin',
    accepts: ['My SIN is «756-233-920».', '{"SIN": "«354 515 066»"}'],
    rejects: ['My SIN is 957-704-403.'],
  },
  {
    entity: 'br_cpf',
    accepts: ['My CPF is «792.217.020-30».', '{"CPF": "«46527277555»"}'],
    rejects: ['My CPF is 832.082.454-62.'],
  },
  {
    entity: 'br_cnpj',
    accepts: ['My CNPJ is «41.276.971/3906-96».', '{"CNPJ": "«35837402580371»"}'],
    rejects: ['My CNPJ is 64.748.068/4488-54.'],
  },
  {
    entity: 'ar_cuit',
    accepts: ['My CUIT is «23-51999061-9».', '{"CUIT": "«50119946147»"}'],
    rejects: ['My CUIT is 89-37214640-4.'],
  },
  {
    entity: 'cl_rut',
    accepts: ['My RUT is «48.059.358-8».', '{"RUT": "«85662332-7»"}'],
    rejects: ['My RUT is 91.058.299-0.'],
  },
  {
    entity: 'mx_curp',
    accepts: ['My CURP is «BOXW310820HNERXN09».', '{"CURP": "«HEGG560427MVZRRL04»"}'],
    rejects: ['My CURP is HEGG560427MVZRRL09.'],
  },
  { entity: 'mx_rfc', accepts: ['RFC «GODE561231GR8»', 'rfc: «GUPJ720103HZ1»'], rejects: ['RFC GODE561331GR8'] },
]
