import type { EntityFixture } from './fixture.js'

/** Values marked with « and » are found as the entity, and the others hold none. All are made up or published as samples. */
export const DOCUMENTS_FIXTURES: readonly EntityFixture[] = [
  {
    entity: 'passport',
    accepts: ['passport number «HV6620417»', 'Reisepass: «C01X00T478»'],
    rejects: ['passport to success in 2024', 'part HV6620417'],
  },
  {
    entity: 'driver_license',
    accepts: ["driver's license number is «K512-204-77-318»", 'driving licence «7318264»', 'DL: «W426118350927»'],
    rejects: ['license number of 2024', 'license MIT 1234567'],
  },
  {
    entity: 'date_of_birth',
    accepts: [
      'born on «12/04/1985»',
      'DOB: «1985-04-12»',
      'date of birth «12 April 1985»',
      'birthday «April 12, 1985»',
    ],
    rejects: ['due on 12/04/1985', 'born on 45/45/1985'],
  },
  {
    entity: 'medical_record_number',
    accepts: ['MRN «RTM-4471902»', 'patient id: «330871»'],
    rejects: ['patient 12 of 40'],
  },
  {
    entity: 'insurance_id',
    accepts: ['policy number «KW881904275513»', 'member ID «40917-QPL3»'],
    rejects: ['policy of 2024'],
  },
  {
    entity: 'tax_id',
    accepts: ['tax id «GB731904825»', 'Steuernummer: «93/815/08152»'],
    rejects: ['tax of 2024 dollars'],
  },
  { entity: 'employee_id', accepts: ['employee ID «664210»', 'staff id «E-40921»'], rejects: ['664210 employees'] },
  {
    entity: 'student_id',
    accepts: ['student ID «20231234»', 'Matrikelnummer «1234567»'],
    rejects: ['20231234 students'],
  },
]
