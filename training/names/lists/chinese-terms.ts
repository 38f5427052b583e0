/** How people are addressed, besides their names. */
export const CHINESE_TERMS: ReadonlySet<string> = new Set(
  `Mr Mrs Ms Miss Dr Prof Professor Uncle Aunt Auntie Brother Sister Teacher Manager Director Doctor Master Old Little Young Xiao Lao Editor Coach
  Boss Father Mother Grandma Grandpa Team Leader Assistant President Chief Engineer Lawyer Chef Captain Officer The My Older Younger Big Elder Mom Dad
  Friend Classmate Colleague Principal Secretary Section General Department Head Nurse Driver Landlord Neighbor Senior Junior`.split(
    /\s+/,
  ),
)
